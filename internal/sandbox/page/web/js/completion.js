// What could follow what is typed. Pure: text in, suggestions out.

const most = 8;

// complete returns {items, commandOnly}: each item has the whole new text, the
// label to show with the part that matched, and a hint. commandOnly says that
// the command's own name is still being typed.
export function complete(text, { command, words, names }) {
  if (!text.startsWith("/")) return none;
  const space = text.indexOf(" ");
  if (space < 0) {
    if (!command.startsWith(text.toLowerCase())) return none;
    return { commandOnly: true, items: [{ text: `${command} `, label: command, match: [0, text.length], hint: "a customer, or help", kind: "Command" }] };
  }
  if (text.slice(0, space) !== command) return none;
  return { commandOnly: false, items: afterCommand(text.slice(space + 1), command, words, names) };
}

const none = { commandOnly: false, items: [] };

function afterCommand(rest, command, words, names) {
  const typed = rest.trimStart();
  const word = words.find((w) => w.customer && typed.toLowerCase().startsWith(`${w.name} `));
  if (word) return customers(typed.slice(word.name.length + 1), `${command} ${word.name} `, names, most);
  const fitting = typed.includes(" ") ? [] : words.filter((w) => w.name.startsWith(typed.toLowerCase()));
  const fits = fitting.map((w) => ({
    text: `${command} ${w.name}${w.usage ? " " : ""}`, label: w.name, match: [0, typed.length], hint: w.about, usage: w.usage, kind: "Commands",
  }));
  const found = customers(typed, `${command} `, names, most);
  return typed ? [...found, ...fits].slice(0, most) : [...fits.slice(0, 4), ...found.slice(0, most - Math.min(fits.length, 4))];
}

function customers(query, before, names, limit) {
  const wanted = query.trim().toLowerCase();
  const hits = [];
  for (const name of names) {
    const lower = name.toLowerCase();
    if (lower === wanted) return [];
    const at = wanted ? place(lower, wanted) : 0;
    if (at >= 0) hits.push({ text: before + name, label: name, match: [at, at + wanted.length], kind: "Customers", rank: at === 0 ? 0 : 1 });
  }
  return hits.sort((a, b) => a.rank - b.rank).slice(0, limit);
}

// place finds the query at the start of a word, else anywhere from three letters on.
function place(name, query) {
  for (let at = name.indexOf(query); at >= 0; at = name.indexOf(query, at + 1)) {
    if (at === 0 || /[^\p{L}\p{N}]/u.test(name[at - 1])) return at;
  }
  return query.length >= 3 ? name.indexOf(query) : -1;
}
