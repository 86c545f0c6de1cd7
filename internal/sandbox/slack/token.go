package slack

import (
	"net/http"
	"slices"
	"strings"
)

type tokenKind int

const (
	botToken tokenKind = iota + 1
	appToken
)

// tokens are the app's two credentials and what they may do.
type tokens struct {
	bot, app             string
	botScopes, appScopes []string
	refused              map[string]string // token → error code
}

func newTokens(o Options) tokens {
	return tokens{bot: o.BotToken, app: o.AppToken, botScopes: o.Scopes, appScopes: o.AppScopes, refused: map[string]string{}}
}

// BotToken returns the token that the app authenticates with.
func (w *Workspace) BotToken() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.tokens.bot
}

// AppToken returns the app-level token for apps.connections.open.
func (w *Workspace) AppToken() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.tokens.app
}

// RefuseToken makes a token answer with an error code (invalid_auth,
// account_inactive, token_revoked, token_expired, …); code "" heals it.
func (w *Workspace) RefuseToken(token, code string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if code == "" {
		delete(w.tokens.refused, token)
		return
	}
	w.tokens.refused[token] = code
}

// RevokeTokens makes both tokens answer token_revoked, as after an uninstall or a
// revocation by an admin, until RestoreTokens.
func (w *Workspace) RevokeTokens() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.tokens.refused[w.tokens.bot], w.tokens.refused[w.tokens.app] = "token_revoked", "token_revoked"
}

// RestoreTokens heals every refused token.
func (w *Workspace) RestoreTokens() {
	w.mu.Lock()
	defer w.mu.Unlock()
	clear(w.tokens.refused)
}

// SetTokens replaces both tokens; the old ones are unknown from then on.
func (w *Workspace) SetTokens(bot, app string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.tokens.bot, w.tokens.app = bot, app
}

// SetScopes replaces the bot token's scopes.
func (w *Workspace) SetScopes(scopes ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.tokens.botScopes = slices.Clone(scopes)
}

// authenticate says which token a call carries, or why it is refused.
func (w *Workspace) authenticate(token string, want tokenKind) ([]string, *callError) {
	if token == "" {
		return nil, &callError{kind: RefusedToken, code: "not_authed"}
	}
	if code := w.tokens.refused[token]; code != "" {
		return nil, &callError{kind: RefusedToken, code: code}
	}
	var kind tokenKind
	var scopes []string
	switch token {
	case w.tokens.bot:
		kind, scopes = botToken, w.tokens.botScopes
	case w.tokens.app:
		kind, scopes = appToken, w.tokens.appScopes
	default:
		return nil, &callError{kind: RefusedToken, code: "invalid_auth"}
	}
	if kind != want {
		return scopes, &callError{kind: RefusedToken, code: "not_allowed_token_type"}
	}
	return scopes, nil
}

// allow checks that one of the wanted scopes is there. None wanted is allowed.
func allow(have, anyOf []string) *callError {
	if len(anyOf) == 0 || slices.ContainsFunc(anyOf, func(s string) bool { return slices.Contains(have, s) }) {
		return nil
	}
	return &callError{
		kind: RefusedScope, code: "missing_scope",
		needed: strings.Join(anyOf, ","), provided: strings.Join(have, ","),
	}
}

func bearer(h http.Header) string {
	token, ok := strings.CutPrefix(h.Get("Authorization"), "Bearer ")
	if !ok {
		return ""
	}
	return strings.TrimSpace(token)
}
