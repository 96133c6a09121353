package publisher_test

import (
	"fmt"
	"time"

	"harmattan/news"
)

const authority = "example.org,2026"

// changed is when the example editions last changed.
var changed = time.Date(2026, 11, 23, 9, 40, 0, 0, time.UTC)

func edition() news.Edition {
	return news.Edition{
		ID: "sahel-security", Title: "Sahel: security", Language: "en", Limit: 50,
		Description: "Attacks, kidnappings and road closures in Mali, Burkina Faso, Niger and Chad, from outlets of the region and beyond.",
	}
}

func at(day, hour, minute int) time.Time {
	return time.Date(2026, 11, day, hour, minute, 0, 0, time.UTC)
}

func tag(kind news.Kind, id, label string) news.Tag {
	return news.Tag{Kind: kind, ID: id, Label: label, Score: 1.5, Evidence: []news.Evidence{{Term: label, Field: "title", Offset: 0, Weight: 1.5, Note: "in the title"}}}
}

func article(n int, lang, title, summary string, published time.Time) news.Article {
	return news.Article{
		ID: fmt.Sprintf("tag:%s:e/%04d", authority, n), Language: lang, Title: title, Summary: summary,
		Published: news.Date{Time: published, From: "pubDate"}, FirstSeen: published.Add(20 * time.Minute), ModifiedAt: published.Add(20 * time.Minute),
	}
}

// entries are four entries as a day brings them: English with two other
// outlets, French that was revised, Arabic, and one that an outlet passed on.
func entries() []news.Entry {
	return []news.Entry{englishEntry(), frenchEntry(), arabicEntry(), relayedEntry()}
}

func englishEntry() news.Entry {
	a := article(1, "en", "Convoy ambushed on the Gao–Ansongo road, twelve dead", "Armed men attacked a supply convoy 30 km south of Gao on Sunday evening, killing twelve people and burning nine lorries, the regional governor said. The road stays closed until further notice.", at(22, 21, 5))
	a.SourceID, a.Publisher, a.Link = "gao-monitor", "Gao Monitor", "https://gaomonitor.example/2026/11/22/convoy-ambush?ed=1&lang=en"
	a.Authors = []string{"Mariam Touré", "John O’Neil"}
	place := tag(news.KindPlace, "gao", "Gao")
	place.Point = &news.Point{Lat: 16.2717, Lon: -0.0447}
	a.Tags = []news.Tag{tag(news.KindCountry, "ML", "Mali"), place, tag(news.KindTopic, "ambush", "Ambush"), tag(news.KindGroup, "jnim", "JNIM")}
	a.Editions = []news.Membership{{EditionID: "sahel-security", Score: 1.5, Reason: "country/ML and topic/ambush"}}
	a.Image = &news.Image{URL: "https://gaomonitor.example/i/convoy.jpg", Type: "image/jpeg", Width: 1200, Height: 800, Credit: "A. Maïga"}
	a.Rights = "© Gao Monitor, CC BY-ND 4.0"
	own := article(11, "fr", "Douze morts dans une embuscade près de Gao", "", at(22, 22, 40))
	own.SourceID, own.Publisher, own.Link = "le-fleuve", "Le Fleuve", "https://lefleuve.example/articles/8841"
	own.StoryWhy = &news.StoryLink{ArticleID: a.ID, Score: 0.8, Evidence: []string{"Gao", "12"}}
	reprint := article(12, "en", "Twelve dead in ambush on Gao–Ansongo road", "", at(23, 1, 10))
	reprint.SourceID, reprint.Publisher, reprint.Link = "sahara-wire", "Sahara Wire", "https://saharawire.example/n/551"
	reprint.StoryWhy = &news.StoryLink{ArticleID: a.ID, Copy: true, Score: 0.97}
	return news.Entry{
		Article: a, EnteredAt: at(22, 21, 26), Others: []news.Article{own, reprint},
		Source: news.Source{ID: "gao-monitor", URL: "https://gaomonitor.example/feed", Name: "Gao Monitor: news", Publisher: "Gao Monitor", Homepage: "https://gaomonitor.example/", Language: "en"},
		Feed:   news.SourceState{SourceID: "gao-monitor", FeedID: "https://gaomonitor.example/feed", FeedTitle: "Gao Monitor – News", FeedLink: "https://gaomonitor.example/", FeedUpdated: at(23, 9, 30), FeedRights: "© Gao Monitor"},
	}
}

func frenchEntry() news.Entry {
	a := article(2, "fr", "Tillabéri : la route nationale 1 coupée après une attaque", "Les forces de défense ont fermé l’axe entre Niamey et Ayorou « jusqu’à nouvel ordre ». Le bilan, d’abord de trois blessés, est passé à cinq.", at(22, 14, 0))
	a.SourceID, a.Publisher, a.Link = "echo-niamey", "L’Écho de Niamey", "https://echo-niamey.example/route-nationale-1"
	a.Revision, a.ModifiedAt = 1, at(22, 17, 30)
	a.TollChanges = []news.TollChange{{Kind: news.TollInjured, From: 3, To: 5, At: at(22, 17, 30)}}
	a.Tags = []news.Tag{tag(news.KindCountry, "NE", "Niger"), tag(news.KindPlace, "tillaberi", "Tillabéri"), tag(news.KindTopic, "road-closure", "Road closure")}
	a.Editions = []news.Membership{{EditionID: "sahel-security", Score: 1.2, Reason: "country/NE and topic/road-closure"}}
	return news.Entry{
		Article: a, EnteredAt: at(22, 14, 20),
		Source: news.Source{ID: "echo-niamey", URL: "https://echo-niamey.example/rss", Name: "L’Écho de Niamey", Language: "fr"},
		Feed:   news.SourceState{SourceID: "echo-niamey", FeedTitle: "L’Écho de Niamey", FeedLink: "https://echo-niamey.example/", FeedUpdated: at(23, 8, 0)},
	}
}

func arabicEntry() news.Entry {
	a := article(3, "ar", "تشاد: مقتل أربعة جنود في هجوم قرب بحيرة تشاد", "أعلنت السلطات التشادية مقتل أربعة جنود وإصابة ستة آخرين في هجوم شنه مسلحون على موقع عسكري في جزيرة من جزر البحيرة فجر السبت.", at(21, 10, 30))
	a.SourceID, a.Publisher, a.Link = "sahel-today-ar", "الساحل اليوم", "https://sahel-today.example/أخبار/بحيرة-تشاد"
	a.Tags = []news.Tag{tag(news.KindCountry, "TD", "Chad"), tag(news.KindRegion, "lake-chad", "Lake Chad"), tag(news.KindTopic, "attack", "Attack")}
	a.Editions = []news.Membership{{EditionID: "sahel-security", Score: 1.4, Reason: "country/TD and topic/attack"}}
	return news.Entry{
		Article: a, EnteredAt: at(21, 10, 50),
		Source: news.Source{ID: "sahel-today-ar", URL: "https://sahel-today.example/feed.xml", Name: "الساحل اليوم", Language: "ar"},
		Feed:   news.SourceState{SourceID: "sahel-today-ar", FeedTitle: "الساحل اليوم", FeedLink: "https://sahel-today.example/"},
	}
}

func relayedEntry() news.Entry {
	a := article(4, "fr", "Burkina Faso : un enseignant libéré après deux mois de captivité", "Il avait été enlevé en septembre entre Fada N’Gourma et Kantchari.", at(20, 18, 15))
	a.SourceID, a.Publisher, a.Link = "revue-ouest", "Revue de l’Ouest", "https://quotidien-est.example/libere"
	a.Origin = &news.Origin{ID: "https://quotidien-est.example/feed", Title: "Le Quotidien de l’Est", URL: "https://quotidien-est.example/feed"}
	a.HTML = `<p>Il avait été enlevé en septembre.</p><p><img src="https://quotidien-est.example/a.jpg" alt="Fada"><img src="https://stats.example/p.gif" width="1" height="1"></p><script>alert(1)</script>`
	a.FullText = true
	a.Tags = []news.Tag{tag(news.KindCountry, "BF", "Burkina Faso"), tag(news.KindTopic, "kidnapping", "Kidnapping")}
	return news.Entry{
		Article: a, EnteredAt: at(20, 18, 40),
		Source: news.Source{ID: "revue-ouest", URL: "https://revue-ouest.example/rss.xml", Name: "Revue de l’Ouest", FullText: "letter of 3 May 2026"},
		Feed:   news.SourceState{SourceID: "revue-ouest", FeedTitle: "Revue de l’Ouest", FeedLink: "https://revue-ouest.example/"},
	}
}
