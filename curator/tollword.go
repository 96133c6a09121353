package curator

import (
	"harmattan/curator/vocabulary"
	"harmattan/news"
)

// tollWord says what became of people. It leads if the number may follow it
// ("killed 12", "مقتل ١٢"), and counts if it names the count itself ("death toll
// rises to 12").
type tollWord struct {
	kind          news.TollKind
	leads, counts bool
}

// tollWords are the words of each kind in English, French and Arabic.
var tollWords = func() map[string]tollWord {
	all := map[string]tollWord{}
	for word, list := range map[tollWord]string{
		{news.TollKilled, true, false}: "killed kills kill killing massacred slain tue tuent tuant tuait massacre " +
			"مقتل قتل وقتل بمقتل ومقتل قتلت وقتلت استشهاد مصرع ومصرع يقتل تقتل",
		{news.TollKilled, false, false}: "dead deaths died fatalities tuee tues tuees morts mortes mort deces decedes قتيلا قتيل",
		{news.TollKilled, false, true}:  "toll قتلى القتلى",

		{news.TollInjured, true, false}: "wounded wounds wounding injured injures injuring blesse blessent blessant " +
			"اصابه واصابه باصابه اصيب واصيب جرح وجرح",
		{news.TollInjured, false, false}: "injuries blessee blesses blessees جريحا جريح جرحى مصابا",
		{news.TollInjured, false, true}:  "مصابين المصابين الجرحى",

		{news.TollAbducted, true, false}: "abducted abducts abduct abducting kidnapped kidnaps kidnap kidnapping enleve enlevent enlevant " +
			"kidnappe kidnappent kidnappant اختطاف خطف يختطف واختطاف وخطف اختطف يختطفون",
		{news.TollAbducted, false, false}: "hostages enlevee enleves enlevees kidnappee kidnappes kidnappees otages مختطفا مختطفين رهينه رهائن",

		{news.TollDisplaced, true, false}:  "displaced displaces displacing deplace deplacent deplacant نزوح ونزوح تشريد",
		{news.TollDisplaced, false, false}: "نازحا نازح",
		{news.TollDisplaced, false, true}:  "deplaces deplacees نازحين النازحين نازحون النازحون",
	} {
		for form := range words(list) {
			all[form] = word
		}
	}
	return all
}()

// tollPairs are words that say two by their ending.
var tollPairs = func() map[string]news.TollKind {
	return map[string]news.TollKind{
		vocabulary.Fold("قتيلان"): news.TollKilled, vocabulary.Fold("قتيلين"): news.TollKilled,
		vocabulary.Fold("جريحان"): news.TollInjured, vocabulary.Fold("جريحين"): news.TollInjured,
	}
}()

// tollFillers may stand between a word that leads and its number, tollRises
// between a count and its number.
var (
	tollFillers = words("at least more than over up to some about around nearly almost another as many " +
		"au moins plus de environ pres quelque jusqu a une dizaine et autres ما لا يقل عن اكثر من نحو حوالي قرابه على الاقل")
	tollRises = words("rises rose risen climbs climbed to now at reaches reached hits stands of passes passe passent s eleve atteint est " +
		"desormais estime الى ارتفع يرتفع بلغ يبلغ يصل عدد")
)

// tollPeople are words for the people whom a toll counts.
var tollPeople = words("people persons soldiers troops civilians villagers residents men women children boys girls pupils students police " +
	"policemen officers gendarmes militants fighters jihadists terrorists insurgents rebels gunmen peacekeepers farmers herders travellers " +
	"employees volunteers migrants members staff passengers worshippers workers hostages refugees families others bodies personnel miners traders drivers teachers " +
	"personnes soldats militaires civils villageois habitants hommes femmes enfants filles garcons eleves etudiants policiers agents combattants " +
	"jihadistes djihadistes terroristes rebelles assaillants casques paysans eleveurs voyageurs passagers fideles travailleurs ouvriers otages " +
	"refugies familles autres corps victimes humanitaires chauffeurs commercants orpailleurs mineurs migrants volontaires enseignants " +
	"شخص شخصا اشخاص جندي جنديا جنود مدني مدنيا مدنيين مدنيون عسكري عسكريا عسكريين رجل رجلا رجال امراه نساء طفل طفلا اطفال طالب طالبا طلاب طالبات " +
	"شرطيا شرطيين مسلح مسلحا مسلحين ارهابي ارهابيا ارهابيين قروي قرويا قرويين مسافر مسافرا مسافرين عنصرا عناصر مواطن مواطنا مواطنين اخرين")

// tollOnes are words for one, tollPerson those for one person.
var (
	tollOnes   = words("un une one")
	tollPerson = words("person soldier civilian man woman child boy girl policeman officer farmer villager journalist personne soldat militaire civil homme " +
		"femme enfant garcon fille policier gendarme paysan habitant eleve cultivateur berger journaliste enseignant")
)

// tollVerbs join a number with what became of those it counts.
var tollVerbs = words("were was are is be been being have has had feared reported confirmed found ont ete sont est a etaient furent avaient auraient the " +
	"others more autres كانوا قد تم")

// tollBreaks part a number from a word behind it.
var tollBreaks = words("but while after before as when by in attacks attack mais apres avant lorsque quand par attaques بعد قبل عندما خلال")

// tollAnds join two counts.
var tollAnds = words("and et و plus")

// tollUnits are what numbers count when they count no people.
var tollUnits = words("year years old day days week weeks month months hour hours minute minutes km kilometre kilometres kilometer kilometers miles metres " +
	"percent percentage million billion dollars euros times pm am th st nd rd gmt an ans jour jours semaine semaines mois heure heures h km2 " +
	"millions milliard milliards francs fcfa pour e eme % سنه سنوات عاما عام اعوام يوم يوما ايام اسبوع اسابيع شهر شهرا اشهر ساعه ساعات كيلومتر كيلومترا كيلومترات " +
	"كلم مليون مليار دولار في_المئه attacks attaques villages vehicles vehicules هجمات قرى")
