// Package bot is the Slack app: it answers /backup-overview.
//
// An envelope walks through the files of this package in this order:
//
//	socket.go   one WebSocket: acks at once, hands the envelope on
//	line.go     one connection: the next socket is opened before the old one ends
//	session.go  the connections of one sign-in, started apart
//	intake.go   envelopes become a [Request]; what comes twice is answered once
//	press.go    the same for presses on buttons and choices in menus
//	desk.go     a bounded number of requests is worked on at the same time
//	inbox.go    presses that change something are stored before they are acked,
//	            and worked on after a restart where they were not
//	submit.go   so are forms
//	events.go   what Slack tells of channels: shared, renumbered, invited to
//	people.go   who asks, from where: Slack's users.info and conversations.info
//	places.go   what the channel is bound to, as the store has it now
//	router.go   the first word of a command, or the action of a button, picks
//	            a [Handler]
//	overview.go find.go share.go help.go memory.go bind.go subscribe.go
//	            the handlers: they know nothing of envelopes, acks and URLs
//	failure.go  errors become a sentence for people and a reference for the log
//	reply.go    the answer's way back: response_url, ephemeral message, direct
//	            message, each down the ladder of simpler forms
//
// Who may see what is decided in internal/access, at the moment of the command
// or the click, from the channel's binding as the store has it then. While that
// cannot be read, nobody is shown anything in channels.
//
// # Life
//
// [Bot.Run] signs in, keeps the connections up until its context ends, and
// then stops in order: new requests are told to repeat, requests under way are
// answered or told so after [Options.Grace], acks are flushed, sockets closed.
// Nothing at the start waits for AvePoint.
package bot
