package storage

import (
	"encoding/json"
	"strconv"
)

// jsonStrings lists strings as JSON, for json_each.
func jsonStrings(all []string) string {
	if len(all) == 0 {
		return "[]"
	}
	list, err := json.Marshal(all)
	if err != nil {
		panic(err) // strings always marshal
	}
	return string(list)
}

// jsonNumbers lists numbers as JSON, for json_each.
func jsonNumbers(all []int64) string {
	list := []byte{'['}
	for i, n := range all {
		if i > 0 {
			list = append(list, ',')
		}
		list = strconv.AppendInt(list, n, 10)
	}
	return string(append(list, ']'))
}
