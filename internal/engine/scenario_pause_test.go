package engine

import (
	"kith/internal/connector/memory"
	"kith/internal/contact"
)

// pausePhrases pause places and let them go on, as a changed configuration
// does.
func pausePhrases() []phrase {
	return []phrase{
		{"pause SYSTEM", false, func(s *scenario, a args) { s.pause(a.words["SYSTEM"], contact.Kinds...) }},
		{"pause KIND at SYSTEM", false, func(s *scenario, a args) { s.pause(a.words["SYSTEM"], a.kind()) }},
		{"resume SYSTEM", false, func(s *scenario, a args) { s.resume(a.words["SYSTEM"]) }},
	}
}

// pause lets some kinds of a system stand still. From then on nobody may ask it
// for any of them.
func (s *scenario) pause(system string, kinds ...contact.Kind) {
	s.servers[system].Inject(func(c memory.Call) memory.Fault {
		if s.isPaused(system, c.Kind) {
			s.errorf("%s is paused, and was asked to %s a %s", system, c.Op, c.Kind)
		}
		return memory.Fault{}
	})
	for _, kind := range kinds {
		if p := s.policy(system, kind); p != nil {
			p.Paused = true
		}
	}
	s.start()
}

// isPaused reports whether a kind stands still at a system; for a call that is
// about no kind, whether all of them do.
func (w *world) isPaused(system string, kind contact.Kind) bool {
	if p := w.policy(system, kind); p != nil {
		return p.Paused
	}
	for _, k := range contact.Kinds {
		if p := w.policy(system, k); p != nil && !p.Paused {
			return false
		}
	}
	return true
}

func (s *scenario) resume(system string) {
	for _, kind := range contact.Kinds {
		if p := s.policy(system, kind); p != nil {
			p.Paused = false
		}
	}
	s.servers[system].Inject(nil)
	s.start()
}
