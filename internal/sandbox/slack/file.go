package slack

import (
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
)

// File is an uploaded file that was shared.
type File struct {
	ID, Name, Title, Mimetype string
	ChannelIDs                []string
	Content                   []byte
}

// upload is a file on its way.
type upload struct {
	file   File
	length int
	secret string // of its URL
	done   bool   // the bytes are there
	shared bool
}

// Files returns the completed uploads, oldest first.
func (w *Workspace) Files() []File {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.shared)
}

// filesGetUploadURL answers files.getUploadURLExternal.
func filesGetUploadURL(w *Workspace, c call) (answer, *callError) {
	name, length := c.text("filename"), c.number("length", 0)
	if name == "" || length <= 0 {
		return nil, fail("invalid_arguments")
	}
	kind := mime.TypeByExtension(path.Ext(name))
	u := &upload{length: length, secret: hexID(16), file: File{ID: objectID("F"), Name: name, Title: name, Mimetype: kind}}
	w.files[u.file.ID] = u
	return answer{"upload_url": w.base + "/upload/v1/" + u.secret, "file_id": u.file.ID}, nil
}

// serveUpload takes a file's bytes, as a form or plain.
func (w *Workspace) serveUpload(rw http.ResponseWriter, r *http.Request) {
	if fault := w.begin(r, "upload", ""); fault != nil {
		if !w.pause(r.Context(), fault.Delay) {
			panic(http.ErrAbortHandler)
		}
		if fault.spoils() {
			fault.write(rw, nil)
			return
		}
	}
	content, err := uploadedBytes(r)
	status, text := http.StatusBadRequest, "no file"
	if err == nil {
		status, text = w.takeUpload(path.Base(r.URL.Path), content)
	}
	w.record(Frame{Kind: "upload", ToSlack: true, Name: "upload", Status: status}, []byte(text))
	http.Error(rw, text, status)
}

func uploadedBytes(r *http.Request) ([]byte, error) {
	const most = 256 << 20 // Slack takes a gigabyte
	if !strings.HasPrefix(mediaType(r.Header.Get("Content-Type")), "multipart/") {
		return io.ReadAll(io.LimitReader(r.Body, most))
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, err
	}
	for {
		part, err := parts.NextPart()
		if err != nil {
			return nil, err
		}
		if part.FileName() != "" {
			return io.ReadAll(io.LimitReader(part, most))
		}
	}
}

// takeUpload stores the bytes; their number must be the announced one. It takes mu
// itself.
func (w *Workspace) takeUpload(secret string, content []byte) (int, string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, u := range w.files {
		if u.secret != secret || u.done {
			continue
		}
		if len(content) != u.length {
			w.refuse(Refusal{Kind: RefusedCall, Where: "upload", Detail: "length is not the announced one"})
			return http.StatusBadRequest, "length mismatch"
		}
		u.file.Content, u.done = content, true
		return http.StatusOK, "OK - " + u.file.ID
	}
	return http.StatusNotFound, "no such upload"
}

// filesCompleteUpload answers files.completeUploadExternal.
func filesCompleteUpload(w *Workspace, c call) (answer, *callError) {
	raw, ok := c.structure("files")
	var wanted []struct {
		ID    string `json:"id"`
		Title string `json:"title"`
	}
	if !ok || json.Unmarshal(raw, &wanted) != nil || len(wanted) == 0 {
		return nil, fail("invalid_arguments")
	}
	channels, failure := w.fileChannels(c)
	if failure != nil {
		return nil, failure
	}
	uploads := make([]*upload, 0, len(wanted))
	for _, file := range wanted {
		u := w.files[file.ID]
		if u == nil || !u.done || u.shared {
			return nil, fail("file_not_found")
		}
		if file.Title != "" {
			u.file.Title = file.Title
		}
		uploads = append(uploads, u)
	}
	introduction, failure := w.introduction(c)
	if failure != nil {
		return nil, failure
	}
	if failure := w.sharable(c.text("thread_ts"), channels); failure != nil {
		return nil, failure
	}
	return w.shareFiles(c, introduction, uploads, channels), nil
}

// fileChannels are the ids of channel_id or channels. Ids of users are refused.
func (w *Workspace) fileChannels(c call) ([]string, *callError) {
	ids := c.text("channels")
	if id := c.text("channel_id"); id != "" {
		ids = id
	}
	if ids == "" {
		return nil, nil // kept private, shared nowhere
	}
	list := strings.Split(ids, ",")
	for _, id := range list {
		channel, ok := w.channels[id]
		switch {
		case id == "" || !strings.ContainsAny(id[:1], "CGDZ"):
			return nil, fail("invalid_arguments")
		case !ok || channel.closed() && !channel.has(w.options.BotUserID):
			return nil, fail("channel_not_found")
		case channel.IsArchived:
			return nil, fail("is_archived")
		case !channel.has(w.options.BotUserID):
			return nil, fail("not_in_channel")
		case channel.IsReadOnly:
			return nil, fail("posting_to_channel_denied")
		}
	}
	return list, nil
}

// sharable says why files may not be shared in a thread, or at this moment. A
// thread needs its root, as for chat.postMessage; Slack's page does not say. A
// share is a message like any other to the limits.
func (w *Workspace) sharable(root string, channels []string) *callError {
	switch {
	case root != "" && len(channels) != 1:
		return fail("invalid_arguments")
	case root != "" && w.find(channels[0], root) < 0:
		return fail("thread_not_found")
	}
	for _, id := range channels {
		if failure := w.throttleChannel(id); failure != nil {
			return failure
		}
	}
	return nil
}

// filesOf are the files that a message carries, as the app sees them.
func (w *Workspace) filesOf(m Message) []any {
	var objects []any
	for _, id := range m.FileIDs {
		if u := w.files[id]; u != nil {
			objects = append(objects, w.fileObject(u.file))
		}
	}
	return objects
}

func (w *Workspace) shareFiles(c call, introduction Message, uploads []*upload, channels []string) answer {
	var objects []any
	var ids []string
	for _, u := range uploads {
		u.shared, u.file.ChannelIDs = true, channels
		w.shared = append(w.shared, u.file)
		ids = append(ids, u.file.ID)
		objects = append(objects, w.fileObject(u.file))
	}
	for _, channelID := range channels {
		m := introduction
		m.ChannelID, m.ThreadTS, m.FileIDs = channelID, c.text("thread_ts"), ids
		m.UserID, m.BotID, m.AppID = w.options.BotUserID, w.options.BotID, w.options.AppID
		w.add(m)
		w.publish(Change{Kind: FileShared, ChannelID: channelID})
	}
	return answer{"files": objects}
}

// introduction is the message above the files: a comment, or blocks, which Slack
// ignores where there is a comment.
func (w *Workspace) introduction(c call) (Message, *callError) {
	comment := c.text("initial_comment")
	if comment != "" || !c.has("blocks") {
		return Message{Text: cutText(comment)}, nil
	}
	return w.content(c.name, args{"blocks": c.args["blocks"], "text": marshal("a file")}, false)
}

// fileObject is a file as Slack shows it to the app. The sample of
// files.completeUploadExternal has id and title alone, its answers more.
func (w *Workspace) fileObject(f File) map[string]any {
	return map[string]any{
		"id": f.ID, "name": f.Name, "title": f.Title, "mimetype": f.Mimetype, "size": len(f.Content),
		"user": w.options.BotUserID, "channels": f.ChannelIDs, "is_external": false,
		"permalink": "https://" + w.options.Domain + ".slack.com/files/" + w.options.BotUserID + "/" + f.ID + "/" + url.PathEscape(f.Name),
	}
}

// filesInfo answers files.info.
func filesInfo(w *Workspace, c call) (answer, *callError) {
	u := w.files[c.text("file")]
	if u == nil || !u.shared {
		return nil, fail("file_not_found")
	}
	return answer{"file": w.fileObject(u.file), "comments": []any{}}, nil
}
