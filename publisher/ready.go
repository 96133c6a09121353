package publisher

// Unpublished lists the editions that have no documents yet, in the order of
// the configuration. They answer 503.
func (p *Publisher) Unpublished() []string {
	var ids []string
	for _, e := range p.editions {
		if p.issues[e.ID].Load() == nil {
			ids = append(ids, e.ID)
		}
	}
	return ids
}
