// Draws the card's code without help: a QR code (ISO/IEC 18004, version 1, level Q) and a Code 128 (ISO/IEC 15417, set C) of an even
// number of digits, at most 27. Small on purpose, because a phone without a network has nobody to ask. Pure: digits in, modules out.

const SIZE = 21;
const WORDS = 13; // data words of version 1-Q, and as many for correction
const LEVEL_Q = 3;

/** The modules of the QR code of some digits: rows of 0 and 1, without the quiet zone. */
export function qrModules(digits) {
  const bits = placed(withCorrection(numeric(digits)));
  let best = null;
  for (let mask = 0; mask < 8; mask += 1) {
    const rows = masked(bits, mask);
    const cost = penalty(rows);
    if (best === null || cost < best.cost) best = { rows, cost };
  }
  return best.rows;
}

/** The widths of bars and gaps of a Code 128 of an even number of digits, beginning with a bar. */
export function barWidths(digits) {
  const values = [105];
  for (let at = 0; at < digits.length; at += 2) values.push(Number(digits.slice(at, at + 2)));
  const check = values.reduce((sum, value, place) => sum + value * Math.max(place, 1), 0) % 103;
  return [...values, check, 106].flatMap((value) => [...BARS[value]].map(Number));
}

function numeric(digits) {
  let bits = "0001" + binary(digits.length, 10);
  for (let at = 0; at < digits.length; at += 3) {
    const group = digits.slice(at, at + 3);
    bits += binary(Number(group), [0, 4, 7, 10][group.length]);
  }
  bits = (bits + "0000").slice(0, WORDS * 8);
  bits = bits.padEnd(Math.ceil(bits.length / 8) * 8, "0");
  const words = bits.match(/.{8}/g).map((word) => parseInt(word, 2));
  for (let pad = 0xec; words.length < WORDS; pad ^= 0xfd) words.push(pad);
  return words;
}

function withCorrection(words) {
  const generator = [1];
  for (let power = 0; power < WORDS; power += 1) {
    generator.push(0);
    for (let at = generator.length - 1; at > 0; at -= 1) generator[at] ^= times(generator[at - 1], EXP[power]);
  }
  const rest = [...words, ...new Array(WORDS).fill(0)];
  for (let at = 0; at < WORDS; at += 1) {
    const factor = rest[at];
    generator.forEach((value, place) => { rest[at + place] ^= times(value, factor); });
  }
  return [...words, ...rest.slice(WORDS)];
}

function placed(words) {
  const bits = words.map((word) => binary(word, 8)).join("");
  const rows = patterns();
  let next = 0;
  let up = true;
  for (let right = SIZE - 1; right > 0; right -= 2) {
    if (right === 6) right -= 1; // the column of the timing pattern
    for (let step = 0; step < SIZE; step += 1) {
      const row = up ? SIZE - 1 - step : step;
      for (const column of [right, right - 1]) {
        if (rows[row][column] === null) {
          rows[row][column] = { bit: Number(bits[next]) };
          next += 1;
        }
      }
    }
    up = !up;
  }
  return rows;
}

// Finders, separators, timing and the dark module as 0 and 1; room for the format as 0; null where data go.
function patterns() {
  const rows = Array.from({ length: SIZE }, () => new Array(SIZE).fill(null));
  for (const [top, left] of [[0, 0], [0, SIZE - 7], [SIZE - 7, 0]]) {
    for (let y = -1; y <= 7; y += 1) {
      for (let x = -1; x <= 7; x += 1) {
        if (rows[top + y]?.[left + x] === undefined) continue;
        const ring = Math.max(Math.abs(y - 3), Math.abs(x - 3));
        rows[top + y][left + x] = ring === 3 || ring < 2 ? 1 : 0;
      }
    }
  }
  for (let at = 8; at < SIZE - 8; at += 1) rows[6][at] = rows[at][6] = 1 - (at % 2);
  for (const [row, column] of formatPlaces().flat()) rows[row][column] = 0;
  rows[SIZE - 8][8] = 1;
  return rows;
}

function masked(bits, mask) {
  const rows = bits.map((row, y) => row.map((cell, x) => (typeof cell === "number" ? cell : cell.bit ^ Number(MASKS[mask](y, x)))));
  const format = formatBits(mask);
  for (const places of formatPlaces()) places.forEach(([row, column], place) => { rows[row][column] = format[place]; });
  return rows;
}

function formatBits(mask) {
  const chosen = (LEVEL_Q << 3) | mask;
  let rest = chosen << 10;
  for (let bit = 14; bit >= 10; bit -= 1) if (rest & (1 << bit)) rest ^= 0x537 << (bit - 10);
  return [...binary(((chosen << 10) | rest) ^ 0x5412, 15)].map(Number);
}

// Both copies of the format, the most significant bit first.
function formatPlaces() {
  const around = [];
  for (let at = 0; at < 6; at += 1) around.push([8, at]);
  around.push([8, 7], [8, 8], [7, 8]);
  for (let at = 5; at >= 0; at -= 1) around.push([at, 8]);
  const apart = [];
  for (let at = SIZE - 1; at > SIZE - 8; at -= 1) apart.push([at, 8]);
  for (let at = SIZE - 8; at < SIZE; at += 1) apart.push([8, at]);
  return [around, apart];
}

function penalty(rows) {
  const lines = [...rows.map((row) => row.join("")), ...rows.map((_, x) => rows.map((row) => row[x]).join(""))];
  let cost = 0;
  for (const line of lines) {
    for (const run of line.match(/0{5,}|1{5,}/g) ?? []) cost += run.length - 2;
    for (const like of ["10111010000", "00001011101"]) {
      for (let at = line.indexOf(like); at >= 0; at = line.indexOf(like, at + 1)) cost += 40;
    }
  }
  let dark = 0;
  rows.forEach((row, y) => row.forEach((cell, x) => {
    dark += cell;
    if (y && x && cell === rows[y - 1][x] && cell === row[x - 1] && cell === rows[y - 1][x - 1]) cost += 3;
  }));
  return cost + 10 * Math.floor(Math.abs((dark * 100) / (SIZE * SIZE) - 50) / 5);
}

const MASKS = [
  (y, x) => (y + x) % 2 === 0,
  (y) => y % 2 === 0,
  (y, x) => x % 3 === 0,
  (y, x) => (y + x) % 3 === 0,
  (y, x) => (Math.floor(y / 2) + Math.floor(x / 3)) % 2 === 0,
  (y, x) => ((y * x) % 2) + ((y * x) % 3) === 0,
  (y, x) => (((y * x) % 2) + ((y * x) % 3)) % 2 === 0,
  (y, x) => (((y + x) % 2) + ((y * x) % 3)) % 2 === 0,
];

// Powers of two in the field of 256 elements with the polynomial 0x11d.
const EXP = [1];
for (let power = 1; power < 255; power += 1) EXP.push((EXP[power - 1] << 1) ^ (EXP[power - 1] & 0x80 ? 0x11d : 0));

function times(a, b) {
  return a && b ? EXP[(EXP.indexOf(a) + EXP.indexOf(b)) % 255] : 0;
}

function binary(value, length) {
  return value.toString(2).padStart(length, "0");
}

// Widths of the bars and gaps of every value; 105 begins set C, 106 ends.
const BARS = (
  "212222,222122,222221,121223,121322,131222,122213,122312,132212,221213,221312,231212,112232,122132,122231,113222,123122,123221," +
  "223211,221132,221231,213212,223112,312131,311222,321122,321221,312212,322112,322211,212123,212321,232121,111323,131123,131321," +
  "112313,132113,132311,211313,231113,231311,112133,112331,132131,113123,113321,133121,313121,211331,231131,213113,213311,213131," +
  "311123,311321,331121,312113,312311,332111,314111,221411,431111,111224,111422,121124,121421,141122,141221,112214,112412,122114," +
  "122411,142112,142211,241211,221114,413111,241112,134111,111242,121142,121241,114212,124112,124211,411212,421112,421211,212141," +
  "214121,412121,111143,111341,131141,114113,114311,411113,411311,113141,114131,311141,411131,211412,211214,211232,2331112"
).split(",");
