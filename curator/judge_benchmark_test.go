package curator_test

import (
	"strings"
	"testing"

	"harmattan/curator"
	"harmattan/news"
)

// longRead is news text of the kind that feeds with whole articles carry.
var longRead = map[string]string{
	"en": strings.Repeat(`Gunmen on motorcycles attacked an army post near the town of Tillia before dawn on Tuesday, a
local official and two residents said. The official, who asked not to be named for fear of reprisals, put the toll at nine
soldiers and four attackers. Convoys of traders who travel to the weekly market were held back for most of the day. The
regional governor called for calm and promised that families would be told first. Aid workers said that wells along the road
had been damaged and that about three hundred households had left for the provincial capital, where schools were opened to
them. Prices of millet have doubled since the spring, and the rains are late for the third year running. `, 5),
	"fr": strings.Repeat(`Le gouverneur de la région a reçu mardi les représentants des éleveurs et des agriculteurs, à qui il a
demandé de régler leurs différends devant les commissions foncières. Dans la nuit, des hommes armés avaient incendié deux
camions de vivres sur la route de Ménaka, sans faire de victime. L'armée a envoyé une patrouille, et la circulation a repris
dans l'après-midi. Les familles qui ont fui leurs villages au printemps attendent toujours des semences ; les organisations
humanitaires disent manquer de fonds pour la moitié d'entre elles. La campagne agricole commence pourtant dans trois semaines,
et les marchés se vident déjà. Le maire assure que les écoles resteront ouvertes. `, 5),
	"ar": strings.Repeat(`قال مسؤول محلي إن مسلحين هاجموا موقعا للجيش قرب البلدة فجر الثلاثاء، وإن تسعة جنود قتلوا في الهجوم.
وأضاف أن القوافل التجارية توقفت معظم النهار ثم استأنفت سيرها بعد وصول دورية. ودعا حاكم الإقليم إلى الهدوء ووعد بإبلاغ
العائلات أولا. وقالت منظمات إنسانية إن الآبار على طول الطريق تضررت وإن نحو ثلاثمئة أسرة غادرت إلى عاصمة الإقليم. `, 6),
}

// BenchmarkJudge measures clean text to tags and editions; the floor is 20 MB/s.
func BenchmarkJudge(b *testing.B) {
	c, err := curator.New(curator.Default(), []news.Edition{{ID: "sahel", Rule: news.Rule{Regions: []string{"sahel"}, Topics: []string{"security"}}}})
	if err != nil {
		b.Fatal(err)
	}
	for _, language := range []string{"en", "fr", "ar"} {
		b.Run(language, func(b *testing.B) {
			a := news.Article{Title: "Attack near Tillia", Text: longRead[language], Language: language}
			b.SetBytes(int64(len(a.Title) + len(a.Text)))
			b.ReportAllocs()
			for b.Loop() {
				c.Judge(a, news.Source{})
			}
		})
	}
}
