package curator_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"harmattan/curator"
	"harmattan/news"
)

// report is one telling by itself.
type report struct {
	language    string
	hours       int // after Tuesday noon
	title, text string
}

// events are different events of one kind: the first of each list and any other
// must not become one story.
var events = map[string][]report{
	"an ambush on soldiers and killings at a market": {
		{"en", 0, "Ten soldiers killed in ambush near Djibo", "Ten soldiers were killed when jihadists ambushed a military convoy near Djibo in northern Burkina Faso, security sources said."},
		{"en", 5, "Eight civilians killed in Djibo market attack", "Eight civilians were killed when gunmen opened fire at the market of Djibo in northern Burkina Faso, residents said."},
		{"fr", 6, "Burkina Faso : huit civils tués au marché de Djibo", "Huit civils ont été tués par des hommes armés au marché de Djibo, dans le nord du Burkina Faso, selon des habitants."},
		{"ar", 7, "بوركينا فاسو: مقتل ثمانية مدنيين في هجوم على سوق جيبو", "قتل ثمانية مدنيين في هجوم شنه مسلحون على سوق مدينة جيبو شمال بوركينا فاسو."},
	},
	"two kidnappings of foreigners": {
		{"en", 0, "German engineer kidnapped in Agadez", "A German engineer was kidnapped by gunmen on Sunday in the Agadez region of northern Niger, security sources said."},
		{"en", 8, "Four Chinese miners kidnapped in Agadez", "Four Chinese miners were kidnapped by gunmen on Monday in the Agadez region of northern Niger, security sources said."},
		{"fr", 9, "Niger : quatre mineurs chinois enlevés à Agadez", "Quatre mineurs chinois ont été enlevés lundi par des hommes armés dans la région d’Agadez, au nord du Niger."},
		{"ar", 9, "النيجر: خطف أربعة عمال صينيين في أغاديز", "خطف مسلحون يوم الاثنين أربعة عمال صينيين في منطقة أغاديز شمال النيجر."},
	},
	"an army post and a gendarmerie": {
		{"en", -80, "Gunmen attack army post in Kati", "Gunmen attacked an army post in Kati, near the Malian capital Bamako, on Friday, residents and military sources said."},
		{"en", -60, "Gunmen attack gendarmerie in Kati", "Gunmen attacked the gendarmerie in Kati, near the Malian capital Bamako, on Saturday, residents and military sources said."},
		{"fr", -60, "Mali : la gendarmerie de Kati attaquée", "Des hommes armés ont attaqué samedi la gendarmerie de Kati, près de Bamako, la capitale malienne, selon des habitants."},
	},
	"two decrees of one day": {
		{"en", 0, "Mali's junta extends transition by five years", "Mali's military rulers have extended the transition to civilian rule by five years, state television announced on Tuesday."},
		{"en", 3, "Mali's junta dissolves political parties", "Mali's military rulers have dissolved all political parties, state television announced on Tuesday."},
		{"fr", 4, "Mali : la junte dissout les partis politiques", "Les autorités militaires du Mali ont dissous mardi tous les partis politiques, a annoncé la télévision d’État."},
	},
	"two drone strikes": {
		{"en", 0, "US drone strike kills jihadist commander in northern Mali", "A United States drone strike killed a jihadist commander in northern Mali on Tuesday, officials said."},
		{"en", 24, "Army drone strike kills jihadists in northern Mali", "A drone strike by Mali's army killed several jihadists in northern Mali on Wednesday, the army said."},
		{"fr", 25, "Mali : une frappe de drone de l’armée tue des jihadistes dans le nord", "Une frappe de drone de l’armée malienne a tué mercredi plusieurs jihadistes dans le nord du Mali, selon l’état-major."},
	},
	"soldiers on an island and farmers in a field": {
		{"ar", 0, "مقتل 12 جنديا تشاديا في هجوم لبوكو حرام على جزيرة في بحيرة تشاد", "قتل 12 جنديا تشاديا في هجوم شنه مسلحو بوكو حرام على جزيرة في بحيرة تشاد، حسب مصادر عسكرية."},
		{"ar", 5, "مقتل 9 مزارعين في هجوم لبوكو حرام في ولاية بورنو قرب بحيرة تشاد", "قتل 9 مزارعين في هجوم شنه مسلحو بوكو حرام في ولاية بورنو النيجيرية قرب بحيرة تشاد، حسب مصادر محلية."},
		{"en", 6, "Boko Haram kills nine farmers in Borno near Lake Chad", "Nine farmers were killed by Boko Haram fighters in Nigeria's Borno state near Lake Chad, residents said."},
	},
	"an ambush and the storming of a base": {
		{"en", 0, "Ambush near Djibo kills 22 soldiers", "At least 22 soldiers died in an ambush near Djibo in northern Burkina Faso, security sources said."},
		{"en", 48, "Jihadists storm base in Djibo, 40 soldiers dead", "At least 40 soldiers died when jihadists stormed a base in Djibo in northern Burkina Faso, the second attack there this week, security sources said."},
		{"fr", 48, "Burkina Faso : 40 soldats tués dans l’assaut de la base de Djibo", "Au moins 40 soldats ont péri dans l’assaut d’une base à Djibo, dans le nord du Burkina Faso, la deuxième attaque de la semaine."},
	},
	"a report and an analysis": {
		{"en", 0, "Mali, Niger and Burkina Faso launch joint force at Bamako summit", "The leaders of Mali, Niger and Burkina Faso launched a joint force of 5,000 soldiers at a summit in Bamako on Tuesday."},
		{"en", 2, "Who will arm the joint force of Mali, Niger and Burkina Faso?", "As the leaders of Mali, Niger and Burkina Faso meet in Bamako, the joint force of 5,000 soldiers still lacks money, aircraft and trust."},
	},
}

func (r report) by(outlet string) telling {
	return telling{"", outlet, r.language, r.hours, r.title, r.text}
}

func TestDifferentEventsOfOneKindAreDifferentStories(t *testing.T) {
	c := newCurator(t)
	for name, reports := range events {
		for i, other := range reports[1:] {
			for _, outlets := range [][2]string{{"Sahel Wire", "Le Fleuve"}, {"Sahel Wire", "Sahel Wire"}} {
				pair := []telling{reports[0].by(outlets[0]), other.by(outlets[1])}
				for range 2 {
					got := grouped(t, c, pair)
					if got[0].StoryID == got[1].StoryID {
						t.Errorf("%s, %d: one story at %v: %q and %q: %.2f %v", name, i+1, outlets, got[0].Title, got[1].Title, got[1].StoryWhy.Score, got[1].StoryWhy.Evidence)
					}
					slices.Reverse(pair)
				}
			}
		}
	}
}

// same are events, each told in several ways.
var same = map[string][]report{
	"an ambush": {
		{"en", 0, "Ambush near Djibo kills 22 soldiers", "At least 22 soldiers were killed on Monday when jihadists ambushed a convoy near Djibo in northern Burkina Faso, security sources said."},
		{"en", 3, "Burkina Faso: 22 troops die in convoy ambush close to Djibo", "Jihadists killed 22 soldiers in an ambush on an army convoy close to Djibo on Monday, two security sources told our reporter."},
		{"fr", 2, "Burkina Faso : 22 soldats tués dans une embuscade près de Djibo", "Au moins 22 soldats ont été tués lundi dans une embuscade tendue par des jihadistes près de Djibo, dans le nord du Burkina Faso."},
		{"ar", 4, "بوركينا فاسو: مقتل 22 جنديا في كمين قرب جيبو", "قتل 22 جنديا على الأقل يوم الاثنين في كمين نصبه مسلحون لقافلة قرب جيبو شمال بوركينا فاسو."},
	},
	"tankers": {
		{"en", 0, "Bamako runs short of fuel after jihadists burn tankers", "Filling stations closed in Bamako after jihadists burned thirty-four tankers near Diboli on the road from Senegal, tightening a fuel blockade of the Malian capital."},
		{"fr", 3, "Blocus du carburant : 34 citernes incendiées près de Diboli", "Les jihadistes ont incendié trente-quatre camions-citernes près de Diboli, sur la route du Sénégal. À Bamako, la plupart des stations-service sont fermées à cause du blocus du carburant."},
		{"ar", 5, "مالي: إحراق 34 صهريجا قرب ديبولي وباماكو بلا وقود", "أحرق جهاديون أربعة وثلاثين صهريجا قرب ديبولي على الطريق من السنغال، وأغلقت معظم محطات الوقود في باماكو بسبب حصار الوقود."},
	},
	"a mosque": {
		{"en", 0, "At least 44 worshippers killed in mosque attack in Kokorou", "At least 44 worshippers were killed on Monday when gunmen attacked a mosque in Kokorou in western Niger, near the borders with Mali and Burkina Faso, the interior ministry said."},
		{"fr", 2, "Niger : 44 fidèles tués dans l’attaque d’une mosquée à Kokorou", "Au moins 44 fidèles ont été tués lundi dans l’attaque d’une mosquée à Kokorou, dans l’ouest du Niger, près des frontières du Mali et du Burkina Faso, selon le ministère de l’Intérieur."},
		{"ar", 4, "النيجر: مقتل 44 مصليا في هجوم على مسجد في كوكورو", "قتل 44 مصليا على الأقل يوم الاثنين في هجوم على مسجد في كوكورو غرب النيجر قرب الحدود مع مالي وبوركينا فاسو، حسب وزارة الداخلية."},
	},
}

func TestOneEventIsOneStoryInEveryOrderAndLanguage(t *testing.T) {
	c := newCurator(t)
	for name, reports := range same {
		for i, first := range reports {
			for j, second := range reports {
				if i == j {
					continue
				}
				got := grouped(t, c, []telling{first.by("Sahel Wire"), second.by("Le Fleuve")})
				if got[0].StoryID != got[1].StoryID {
					t.Errorf("%s: two stories: %q and %q", name, first.title, second.title)
				}
			}
		}
	}
}

// towns and the rest fill the form of a source that writes by rote.
var (
	towns   = []string{"Djibo", "Dori", "Fada N’Gourma", "Kaya", "Ouahigouya", "Gao", "Ménaka", "Mopti", "Tillabéri", "Téra", "Diffa", "Tahoua", "Kidal", "Ségou", "Bogandé", "Ayorou", "Zurmi", "Gwoza", "Tenenkou", "Nampala"}
	hit     = []string{"soldiers", "civilians", "gendarmes", "farmers", "traders"}
	weekday = []string{"Sunday", "Monday", "Tuesday"}
)

// TestReportsByRoteAreAsManyStoriesAsEvents takes attack reports of one form,
// from one outlet and from two: no two events may share a story.
func TestReportsByRoteAreAsManyStoriesAsEvents(t *testing.T) {
	c := newCurator(t)
	for _, outlets := range [][]string{{"Alert Desk"}, {"Alert Desk", "Vigie Sahel"}} {
		var many []telling
		for i := range 500 {
			town, who, day, dead := towns[i%20], hit[i/20%5], weekday[i/100%3], 2+i*7%61
			many = append(many, telling{
				event: fmt.Sprint(town, who, day, dead), outlet: outlets[i%len(outlets)], language: "en", hours: i / 20,
				title: fmt.Sprintf("At least %d %s killed in attack near %s", dead, who, town),
				text:  fmt.Sprintf("Gunmen killed at least %d %s on %s in an attack near %s, local sources said. No group has claimed responsibility. The army has sent reinforcements to the area and a search is under way.", dead, who, day, town),
			})
		}
		stories := map[string]string{}
		wrong := 0
		for i, a := range grouped(t, c, many) {
			if event, told := stories[a.StoryID]; told && event != many[i].event {
				if wrong++; wrong < 4 {
					t.Errorf("%q is in the story of %s: %.2f %v", a.Title, event, a.StoryWhy.Score, a.StoryWhy.Evidence)
				}
				continue
			}
			stories[a.StoryID] = many[i].event
		}
		if wrong > 0 {
			t.Errorf("%d of 500 reports by %v are in the story of another event", wrong, outlets)
		}
	}
}

// joinedBy returns the story of each telling.
func joinedBy(t *testing.T, c *curator.Curator, tellings []telling) []string {
	t.Helper()
	var ids []string
	for _, a := range grouped(t, c, tellings) {
		ids = append(ids, a.StoryID)
	}
	return ids
}

// TestStoriesDoNotDrift takes reports each of which resembles the one before.
func TestStoriesDoNotDrift(t *testing.T) {
	c := newCurator(t)
	ids := joinedBy(t, c, []telling{
		report{"en", 0, "Attack near Djibo in Burkina Faso", "Jihadists attacked a convoy near Djibo in northern Burkina Faso, security sources said."}.by("One"),
		report{"en", 1, "Attack near Djibo in Burkina Faso kills 22 soldiers", "Jihadists killed 22 soldiers in an attack on a convoy near Djibo in northern Burkina Faso, security sources said."}.by("Two"),
		report{"en", 2, "Attack near Djibo in Burkina Faso kills nine civilians", "Jihadists killed nine civilians in an attack near Djibo in northern Burkina Faso, security sources said."}.by("Three"),
	})
	if ids[1] == ids[2] {
		t.Error("22 soldiers and nine civilians are one story, for a report that named neither resembled both")
	}
}

func TestWhatIsOlderThanTheStoryWindowHasNoSketch(t *testing.T) {
	item := tellings[0].item()
	articles := newCurator(t).Curate(news.Source{ID: "x"}, []news.Item{item}, nil, tuesday.Add(80*time.Hour))
	if len(articles[0].Sketch.Keys)+len(articles[0].Sketch.Data) > 0 {
		t.Error("an article that is too old to join a story has a sketch")
	}
}
