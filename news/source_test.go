package news_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"harmattan/news"
)

func TestAnyOtherChangeThanOfAVisitIsTold(t *testing.T) {
	noon := time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)
	visit := []string{"CheckedAt", "DueAt", "DueReason", "LastCode"}
	filled := map[reflect.Kind]any{reflect.String: "x", reflect.Int: 1, reflect.Int64: int64(1), reflect.Bool: true}
	fields := reflect.TypeFor[news.SourceState]()
	for i := range fields.NumField() {
		var before, after news.SourceState
		field := reflect.ValueOf(&after).Elem().Field(i)
		switch field.Interface().(type) {
		case time.Time:
			field.Set(reflect.ValueOf(noon))
		case []uint64, []news.Part:
			field.Set(reflect.MakeSlice(field.Type(), 1, 1))
		case map[string]int:
			field.Set(reflect.ValueOf(map[string]int{"entity": 1}))
		case news.Pace:
			field.Set(reflect.ValueOf(news.Pace{MaxAge: time.Hour}))
		default:
			field.Set(reflect.ValueOf(filled[field.Kind()]).Convert(field.Type()))
		}
		name := fields.Field(i).Name
		if got, want := after.Idle(before), slices.Contains(visit, name); got != want {
			t.Errorf("another %s: idle is %v, want %v", name, got, want)
		}
	}
}
