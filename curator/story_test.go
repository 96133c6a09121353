package curator_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"harmattan/curator"
	"harmattan/news"
)

// telling is one outlet's telling of an event; equal events tell the same.
type telling struct {
	event, outlet, language string
	hours                   int // after Tuesday noon
	title, text             string
}

// tellings are events in three languages and others like them: the same kind of
// event in the same town a day later.
var tellings = []telling{
	{"djibo", "Sahel Wire", "en", 0, "At least 15 soldiers killed in attack on army base in Djibo",
		"At least 15 soldiers were killed on Monday when jihadists attacked a military base in Djibo, northern Burkina Faso, security sources said."},
	{"djibo", "Le Quotidien du Faso", "fr", 2, "Burkina Faso : au moins 15 soldats tués dans une attaque à Djibo",
		"Au moins 15 soldats ont été tués lundi dans l’attaque d’une base militaire à Djibo, dans le nord du Burkina Faso, selon des sources sécuritaires."},
	{"djibo", "صوت الساحل", "ar", 4, "بوركينا فاسو: مقتل 15 جنديا في هجوم على قاعدة عسكرية في جيبو",
		"قتل 15 جنديا على الأقل يوم الاثنين في هجوم شنه مسلحون على قاعدة عسكرية في جيبو شمال بوركينا فاسو."},
	{"djibo-next", "Sahel Wire", "en", 26, "Four civilians killed in ambush near Djibo",
		"Four civilians were killed on Wednesday in an ambush on the road to Djibo, in northern Burkina Faso, residents said."},
	{"djibo-next", "Le Quotidien du Faso", "fr", 27, "Burkina Faso : quatre civils tués dans une embuscade près de Djibo",
		"Quatre civils ont été tués mercredi dans une embuscade sur la route de Djibo, dans le nord du Burkina Faso, selon des habitants."},
	{"diffa", "Niger Daily", "en", 1, "Floods in Diffa displace 2,300 people", "Floods displaced 2,300 people in the Diffa region of Niger after the Komadougou river rose, officials said on Tuesday."},
	{"diffa", "Le Fleuve", "fr", 3, "Niger : 2.300 déplacés par les inondations à Diffa", "Les inondations ont fait 2 300 déplacés dans la région de Diffa, au Niger, ont indiqué mardi les autorités."},
	{"diffa", "أخبار النيجر", "ar", 5, "النيجر: السيول تشرد 2300 شخص في ديفا", "شردت السيول 2300 شخص في منطقة ديفا بالنيجر، حسب ما أعلنت السلطات يوم الثلاثاء."},
	{"kidnap", "Sahel Wire", "en", 0, "Gunmen kidnap 47 pupils from school in Zamfara", "Gunmen kidnapped 47 pupils from a boarding school in Zamfara state in north-west Nigeria on Monday night, police said."},
	{"kidnap", "Naija Post", "en", 6, "Zamfara: 47 students abducted by bandits in night raid", "Armed bandits abducted 47 students during a raid on a boarding school in Zamfara on Monday night, parents and police confirmed."},
	{"kidnap", "Le Quotidien du Faso", "fr", 8, "Nigeria : 47 élèves enlevés dans une école de l’État de Zamfara", "Des hommes armés ont enlevé 47 élèves lundi soir dans un internat de l’État de Zamfara, dans le nord-ouest du Nigeria."},
	{"freed", "Naija Post", "en", 50, "Zamfara: kidnapped pupils freed after ransom talks", "Pupils who were kidnapped from a boarding school in Zamfara have been freed, the governor of the state said on Thursday."},
	{"visit", "Bamako Matin", "fr", 0, "Mali : le ministre russe des Affaires étrangères attendu à Bamako", "Le chef de la diplomatie russe Sergueï Lavrov est attendu mercredi à Bamako pour une visite de deux jours."},
	{"talks", "Bamako Matin", "fr", 3, "Mali : reprise des cours dans les écoles de Mopti", "Les écoles de Mopti ont rouvert mardi après trois semaines de fermeture due à l’insécurité."},
	{"market", "Bamako Matin", "fr", 1, "Bamako : incendie au marché de Médine", "Un incendie a détruit une centaine d’étals lundi au marché de Médine, à Bamako, sans faire de victime."},
	{"market-next", "Journal de Kati", "fr", 25, "Bamako : incendie dans un dépôt de carburant à Médine", "Un dépôt de carburant a pris feu mercredi dans le quartier de Médine, à Bamako, blessant trois personnes."},
}

func (t telling) item() news.Item {
	when := tuesday.Add(time.Duration(t.hours) * time.Hour)
	return news.Item{
		GUID: fmt.Sprint(t.title, t.hours), Link: fmt.Sprintf("https://%x.example/%x/%d", t.outlet, t.title, t.hours), Title: t.title, Summary: t.text, Language: t.language,
		Published: news.Stamp{Raw: when.Format(time.RFC3339), Field: "pubDate"},
	}
}

// grouped curates tellings one by one, each against the sketches of all before.
func grouped(t testing.TB, c *curator.Curator, tellings []telling) []news.Article {
	t.Helper()
	var all []news.Article
	var near []news.Sketch
	for _, told := range tellings {
		source := news.Source{ID: told.outlet, Publisher: told.outlet}
		articles := c.Group(c.Curate(source, []news.Item{told.item()}, nil, tuesday.Add(time.Duration(told.hours)*time.Hour)), near)
		if len(articles) != 1 {
			t.Fatalf("%q gave %d articles", told.title, len(articles))
		}
		all = append(all, articles[0])
		near = append(near, articles[0].Sketch)
	}
	return all
}

func TestStoriesJoinOneEventAcrossOutletsAndLanguages(t *testing.T) {
	articles := grouped(t, newCurator(t), tellings)
	joined, same := 0, 0
	for i, a := range articles {
		for j, b := range articles[:i] {
			together, one := a.StoryID == b.StoryID, tellings[i].event == tellings[j].event
			if together && !one {
				t.Errorf("joined, though two events:\n%q\n%q\n%v", a.Title, b.Title, a.StoryWhy)
			}
			if one {
				same++
				if together {
					joined++
				} else {
					t.Logf("not joined: %q and %q", a.Title, b.Title)
				}
			}
		}
	}
	if share := float64(joined) / float64(same); share < 0.8 {
		t.Errorf("%d of %d tellings of one event are joined", joined, same)
	}
}

func TestEveryStoryLinkCarriesItsEvidence(t *testing.T) {
	links := 0
	articles := grouped(t, newCurator(t), tellings)
	for i, a := range articles {
		if a.StoryWhy == nil {
			continue
		}
		links++
		if len(a.StoryWhy.Evidence) == 0 || a.StoryWhy.Score <= 0 {
			t.Errorf("%q is joined without evidence: %+v", a.Title, a.StoryWhy)
		}
		for _, b := range articles[:i] {
			if b.ID == a.StoryWhy.ArticleID && b.StoryID != a.StoryID {
				t.Errorf("%q is joined to an article of another story", a.Title)
			}
		}
	}
	if links == 0 {
		t.Error("nothing was joined")
	}
}

func TestTheSameTextAtTwoOutletsIsACopy(t *testing.T) {
	c := newCurator(t)
	text := "Bamako (AFP) – Trois travailleurs humanitaires ont été libérés mardi après une semaine aux mains d’hommes armés dans la région de Gao, " +
		"a annoncé leur organisation. Ils sont en bonne santé et ont pu parler à leurs familles, selon un communiqué."
	pair := grouped(t, c, []telling{
		{"x", "Le Quotidien", "fr", 0, "Mali : trois humanitaires libérés", text},
		{"x", "Sahel Info", "fr", 3, "Trois humanitaires libérés dans la région de Gao", text + " Plus d’informations à venir."},
	})
	if why := pair[1].StoryWhy; why == nil || !why.Copy || pair[1].Wire != "AFP" {
		t.Errorf("why %+v, wire %q", why, pair[1].Wire)
	}
}

func TestAColumnWithTheSameTitleEveryDayIsNoCopy(t *testing.T) {
	column := func(hours int, text string) telling {
		return telling{"x", "Radio Gao", "fr", hours, "Le journal de la mi-journée de Radio Gao", text}
	}
	days := grouped(t, newCurator(t), []telling{
		column(0, "Au sommaire : la rentrée des classes, le prix du mil et la finale de basket."),
		column(24, "Au sommaire : la visite du gouverneur, la campagne de vaccination et le niveau du fleuve."),
	})
	if days[0].StoryID == days[1].StoryID {
		t.Errorf("two days of a column are one story: %+v", days[1].StoryWhy)
	}
}

func TestAFormOfOneOutletIsNoStory(t *testing.T) {
	form := func(town, low, high string) telling {
		return telling{"x", "Météo Sahel", "fr", 0, "Météo à " + town + " : les prévisions pour mercredi 12 août",
			"Le ciel sera partiellement nuageux à " + town + " ce mercredi 12 août, avec " + low + " degrés le matin et " + high + " degrés l’après-midi."}
	}
	forecasts := grouped(t, newCurator(t), []telling{form("Gao", "27", "39"), form("Mopti", "25", "36"), form("Kayes", "26", "36")})
	for i, a := range forecasts {
		for _, b := range forecasts[:i] {
			if a.StoryID == b.StoryID {
				t.Errorf("%q and %q are one story: %v", a.Title, b.Title, a.StoryWhy)
			}
		}
	}
}

func TestStoriesEndWithTheWindow(t *testing.T) {
	title, text := "Attaque à Gao : trois morts", "Trois personnes ont été tuées lundi dans une attaque à Gao."
	far := grouped(t, newCurator(t), []telling{{"x", "Un", "fr", 0, title, text}, {"x", "Deux", "fr", 73, title, text}})
	if far[0].StoryID == far[1].StoryID {
		t.Error("articles 73 hours apart are one story")
	}
}

func TestAGreatStoryStaysOneStory(t *testing.T) {
	c := newCurator(t)
	var many []telling
	for i := range 150 {
		many = append(many, telling{"x", fmt.Sprint("Outlet ", i), "en", i / 10, "Niger: soldiers announce coup and close the borders",
			fmt.Sprintf("Soldiers announced on Tuesday in Niamey that they had removed the president of Niger, %d of our readers wrote.", 100+i)})
	}
	articles := grouped(t, c, many)
	if articles[len(articles)-1].StoryID != articles[0].StoryID {
		t.Error("the 150th telling is not in the story of the first")
	}
}

func TestAnArticleKeepsItsStory(t *testing.T) {
	c := newCurator(t)
	first := grouped(t, c, tellings[:2])
	kept := c.Group([]news.Article{first[1]}, nil)
	if kept[0].StoryID != first[1].StoryID {
		t.Error("an article with a story was given another")
	}
}

func TestSketchesStaySmall(t *testing.T) {
	c := newCurator(t)
	text := ""
	for i := range 400 {
		text += fmt.Sprintf("mot%d ville%d 1%d. ", i, i*7, i)
	}
	a := grouped(t, c, []telling{{"x", "Un", "fr", 0, "Un titre assez long pour être comparé aux autres", text}})[0]
	if len(a.Sketch.Data) > 1024 || len(a.Sketch.Keys) > 100 {
		t.Errorf("%d bytes, %d keys", len(a.Sketch.Data), len(a.Sketch.Keys))
	}
}

func BenchmarkCurate50(b *testing.B) {
	c := newCurator(b)
	items := make([]news.Item, 50)
	for i := range items {
		items[i] = tellings[i%len(tellings)].item()
		items[i].GUID, items[i].Link = fmt.Sprint(i), fmt.Sprintf("https://x.example/%d", i)
		items[i].Content = strings.Repeat("<p>"+items[i].Summary+" <a href=\"/more\">…</a></p>\n", 20)
	}
	for name, now := range map[string]time.Time{"fresh": tuesday.Add(50 * time.Hour), "old": tuesday.Add(1000 * time.Hour)} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				c.Curate(news.Source{ID: "x"}, items, nil, now)
			}
		})
	}
}

func BenchmarkGroup(b *testing.B) {
	c := newCurator(b)
	articles := grouped(b, c, tellings)
	var near []news.Sketch
	for i := range 500 {
		sketch := articles[i%len(articles)].Sketch
		sketch.ArticleID = fmt.Sprint(i)
		near = append(near, sketch)
	}
	one := articles[len(articles)-1]
	for b.Loop() {
		one.StoryID, one.ID = "", "new"
		c.Group([]news.Article{one}, near)
	}
}
