package news

import "time"

// TollKind says what happened to the people of a toll.
type TollKind string

// The kinds of tolls.
const (
	TollKilled    TollKind = "killed"
	TollInjured   TollKind = "injured"
	TollAbducted  TollKind = "abducted"
	TollDisplaced TollKind = "displaced"
)

// Toll is how many people an article says were killed, injured, abducted or
// displaced.
type Toll struct {
	Kind   TollKind `json:"kind"`
	Number int      `json:"number"`
}

// TollChange is a toll that an article has corrected.
type TollChange struct {
	Kind TollKind `json:"kind"`
	From int      `json:"from"` // what it said first
	To   int      `json:"to"`   // what it says now
	// At is when the last correction was seen.
	At time.Time `json:"at"`
}

// TollChanges are the corrections that stand in a new state of an article,
// seen at now: before are the tolls of the last state, changes the corrections
// so far. A number that is as it was at first is no correction; one that an
// article no longer gives, or gives anew, is none either.
func TollChanges(before, after []Toll, changes []TollChange, now time.Time) []TollChange {
	var all []TollChange
	for _, toll := range after {
		c, told := TollChange{Kind: toll.Kind, From: toll.Number}, false
		for _, old := range before {
			if old.Kind == toll.Kind {
				c.From, c.At, told = old.Number, now, true
			}
		}
		if !told {
			continue
		}
		last := c.From
		for _, old := range changes {
			if old.Kind == toll.Kind {
				c.From = old.From
				if last == toll.Number {
					c.At = old.At
				}
			}
		}
		if c.To = toll.Number; c.From != c.To {
			all = append(all, c)
		}
	}
	return all
}
