// Package deploy holds what installs the bot: Slack's app manifest, a
// Dockerfile, a compose file and a systemd unit. Its tests keep the manifest
// acceptable to Slack.
package deploy
