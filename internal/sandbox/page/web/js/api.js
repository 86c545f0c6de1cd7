// The page's own JSON routes and the stream of changes.

async function call(method, path, body) {
  const response = await fetch(path, {
    method,
    headers: body ? { "Content-Type": "application/json" } : {},
    body: body ? JSON.stringify(body) : undefined,
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error || `the demo answered ${response.status}`);
  return answer;
}

export const get = (path, query = {}) => call("GET", `${path}?${new URLSearchParams(query)}`);
export const post = (path, body) => call("POST", path, body);

const silence = 40_000; // the server pings every 15 s
const firstPause = 500;
const longestPause = 8_000;

// live keeps one event stream open for as long as the page lives. onOpen is
// called at every (re)connection: what happened in between is unknown then, so
// the caller reads everything again. onChange gets a list of changes; onLost is
// told that the stream is down.
export function live({ onOpen, onChange, onLost }) {
  let pause = firstPause;
  let source;
  let watchdog;

  function heard() {
    clearTimeout(watchdog);
    watchdog = setTimeout(lost, silence);
  }
  function lost() {
    clearTimeout(watchdog);
    source.close();
    onLost();
    setTimeout(connect, pause);
    pause = Math.min(pause * 2, longestPause);
  }
  function connect() {
    source = new EventSource("/events");
    source.addEventListener("hello", (event) => {
      pause = firstPause;
      heard();
      onOpen(JSON.parse(event.data));
    });
    source.addEventListener("changes", (event) => {
      heard();
      onChange(JSON.parse(event.data));
    });
    source.addEventListener("ping", heard);
    source.addEventListener("error", lost);
    heard();
  }
  connect();
}
