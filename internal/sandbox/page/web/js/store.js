// What the page knows: the session as the server told it, and who sits before
// the screen. Everything else is read again when it changes.

export const store = {
  session: { team: {}, users: [], channels: [], words: [], names: [], examples: [], bot: {} },
  me: "",
  channel: "",
  unread: new Map(), // channel id -> how many messages came since it was open
  sockets: 0,
};

export const user = (id) => store.session.users.find((u) => u.id === id);
export const channel = (id) => store.session.channels.find((c) => c.id === id);

export function userName(id) {
  const u = user(id);
  return u ? u.real_name || u.name : id;
}

// zone is the reader's: that of the person who is acted as, else the browser's.
export function zone() {
  const tz = user(store.me)?.tz;
  try {
    if (tz) new Intl.DateTimeFormat("en", { timeZone: tz });
    return tz || Intl.DateTimeFormat().resolvedOptions().timeZone;
  } catch {
    return Intl.DateTimeFormat().resolvedOptions().timeZone;
  }
}

const roles = {
  owner: "Owner",
  admin: "Admin",
  member: "Member",
  guest: "Guest",
  outsider: "Outsider",
  bot: "App",
  deactivated: "Deactivated",
};
export const roleName = (u) => roles[u?.role] ?? "Member";

// channelsOf returns what a person's client lists: where one is a member.
export const channelsOf = (userID) => store.session.channels.filter((c) => c.members.includes(userID));

export function channelTitle(c) {
  if (!c) return "";
  if (c.kind !== "direct") return c.name;
  return c.members.filter((id) => id !== store.me).map(userName).join(", ") || "You";
}

export const channelIcon = (c) => ({ private: "lock", shared: "shared", direct: "person" })[c?.kind] ?? "hash";

export const isBot = (id) => Boolean(id) && id === store.session.bot.user_id;
