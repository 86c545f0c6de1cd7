package slack

import (
	"time"

	"github.com/gorilla/websocket"
)

const (
	pingMessage = websocket.PingMessage
	pongMessage = websocket.PongMessage
)

// Connection times that hello announces.
const (
	connectionTime      = 18060 * time.Second
	debugConnectionTime = 360 * time.Second
)

func (w *Workspace) hello(count int, debugReconnects bool) map[string]any {
	life := connectionTime
	if debugReconnects {
		life = debugConnectionTime
	}
	return map[string]any{
		"type":            "hello",
		"num_connections": count,
		"connection_info": map[string]any{"app_id": w.options.AppID},
		"debug_info": map[string]any{
			"host":                        "applink-sandbox",
			"started":                     w.Now().UTC().Format("2006-01-02 15:04:05.000"),
			"build_number":                54,
			"approximate_connection_time": int(life.Seconds()),
		},
	}
}

// sendFrame writes one frame to one socket and records it. It takes mu itself.
func (w *Workspace) sendFrame(s *socket, name string, frame any) {
	body := marshal(frame)
	w.record(Frame{Kind: "socket", Name: name, Socket: s.number}, body)
	if err := s.send(body); err != nil {
		s.cut()
	}
}
