// Sheets to print: the button opens the browser's own dialog.

for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => print());
