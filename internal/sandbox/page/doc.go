// Package page is the demo's web page: a small chat client before the sandbox's
// Slack workspace, with channels, Block Kit, modals and the raw traffic.
//
// It is an http.Handler and plain HTML, CSS and JavaScript modules, embedded and
// served as they lie in web/: no build step, no framework, and no request to any
// other host, which the Content-Security-Policy enforces. Whoever opens the page
// chooses whom to act as, so it belongs on a loopback address; requests under a
// foreign host name and cross-origin posts are refused, because other pages in
// the same browser must not be able to press its buttons.
//
// The browser holds no state of its own: it is told by a stream of events that
// something has changed, and reads that part again. After a lost connection it
// reads everything again.
//
// Tests find their way by data-testid: app, sidebar, channel-<id>, act-as,
// conversation, messages (with data-channel once its messages are shown), message (with data-ts, data-ephemeral, data-user),
// only-you, edited, block (with data-block), table, action, select and overflow
// (with data-action-id), option, composer, send, completion, completion-item,
// hint, waiting, click-error, confirm, confirm-yes, confirm-deny, modal,
// modal-submit, modal-cancel, data-table, sort, next-page, chart, file, file-link, input-error, thread, thread-link, traffic,
// traffic-toggle, traffic-filter, frame, connection, theme, live. The body has
// data-ready="true" once the first reading is shown.
package page
