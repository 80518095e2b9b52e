// Passkeys: forms marked data-passkey="get" (sign in) or "create" (join, add). A browser without passkeys never shows them.
// The server makes the options and checks the answer; what is kept between the two is a sealed ticket.

const able = window.PublicKeyCredential && PublicKeyCredential.parseRequestOptionsFromJSON && PublicKeyCredential.parseCreationOptionsFromJSON;

async function post(path, body) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(body),
  });
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw Object.assign(new Error(said.code || "failed"), { status: answer.status });
  return said;
}

async function carryOut(form) {
  const fields = {};
  for (const id of (form.dataset.kept || "").split(" ").filter(Boolean)) {
    const input = document.getElementById(id);
    if (input?.type === "checkbox") {
      if (input.checked) (fields[input.name] ??= []).push(input.value);
    } else if (input) fields[input.name] = input.value;
  }
  const base = form.dataset.base;
  const { options, ticket } = await post(`${base}/options`, fields);
  const credential =
    form.dataset.passkey === "get"
      ? await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) })
      : await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) });
  const { go } = await post(base, { ...fields, ticket, credential: credential.toJSON(), next: form.dataset.next });
  location.assign(go);
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!able) continue;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopPropagation();
    const button = form.querySelector("button");
    const failure = form.querySelector("[role=alert]");
    failure.hidden = true;
    button.disabled = true;
    try {
      await carryOut(form);
    } catch (error) {
      // The reader closed the device's dialog: nothing has to be said.
      if (error.name !== "NotAllowedError" && error.name !== "AbortError") {
        failure.textContent = error.status === 429 ? failure.dataset.busy : failure.dataset.failed;
        failure.hidden = false;
      }
    } finally {
      button.disabled = false;
    }
  });
}
for (const other of document.querySelectorAll("[data-with-passkeys]")) other.hidden = !able;
