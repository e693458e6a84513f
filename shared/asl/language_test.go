package asl_test

import (
	"strings"
	"testing"

	"hoso/shared/asl"
)

// evaluate gives what a path or an intrinsic function makes of an input, or
// the name of the error.
func evaluate(t *testing.T, expression, input string) string {
	t.Helper()
	_, x := run(t, `{"StartAt":"P","States":{"P":{"Type":"Pass","Parameters":{"v.$":`+quote(expression)+`},"OutputPath":"$.v","End":true}}}`, input, echo)
	if x.Error != nil {
		return *x.Error
	}
	return x.Output
}

func quote(s string) string { return show(s) }

// https://docs.aws.amazon.com/step-functions/latest/dg/amazon-states-language-paths.html,
// https://github.com/json-path/JsonPath for filters
func TestPathsFindWhatTheyName(t *testing.T) {
	const input = `{"a":{"b":[10,20,30,40],"c d":"x"},"list":[{"n":1,"s":"one"},{"n":2},{"n":"2"},{"m":3,"n":null}],"đơn vị":"Sở","-":true}`
	for path, want := range map[string]string{
		`$.a.b[0]`:                          `10`,
		`$.a.b[-1]`:                         `40`,
		`$.a.b[-5]`:                         `States.Runtime`,
		`$.a.b[4]`:                          `States.Runtime`,
		`$['a']["c d"]`:                     `"x"`,
		`$['đơn vị']`:                       `"Sở"`,
		`$.-`:                               `true`,
		`$.a.b[1:3]`:                        `[20,30]`,
		`$.a.b[-2:]`:                        `[30,40]`,
		`$.a.b[:-3]`:                        `[10]`,
		`$.a.b[0,3]`:                        `[10,40]`,
		`$.a.b[0,9]`:                        `[10]`,
		`$.a.b[*]`:                          `[10,20,30,40]`,
		`$..n`:                              `[1,2,"2",null]`,
		`$.list[*].n`:                       `[1,2,"2",null]`,
		`$.list[?(@.n == 2)].n`:             `[2,"2"]`,
		`$.list[?(@.n == "2")].n`:           `[2,"2"]`,
		`$.list[?(@.n > 1)].n`:              `[2]`,
		`$.list[?(@.n >= 1 && @.n <= 1)].n`: `[1]`,
		`$.list[?(@.n < 2 || @.m)].n`:       `[1,null]`,
		`$.list[?(@.s)].n`:                  `[1]`,
		`$.list[?(!@.s)].n`:                 `[2,"2",null]`,
		`$.list[?(@.s != 'one')].n`:         `[2,"2",null]`,
		`$.list[?(@.n == null)].m`:          `[3]`,
		`$.list[?(@.n == $.list[1].n)].n`:   `[2,"2"]`,
		`$.list[?((@.n == 1) || @.m == 3)]`: `[{"n":1,"s":"one"},{"m":3,"n":null}]`,
		`$.list[?(@.s < 'p')].s`:            `["one"]`,
		`$.none`:                            `States.Runtime`,
		`$.none[*]`:                         `[]`,
		`$.a.b.c`:                           `States.Runtime`,
		`$$.State.Name`:                     `"P"`,
		`$$.Execution.Input.a.b[1]`:         `20`,
		`$none`:                             `States.Runtime`,
	} {
		t.Run(path, func(t *testing.T) {
			if got := evaluate(t, path, input); !sameJSON(got, want) {
				t.Errorf("%s is %s, want %s", path, got, want)
			}
		})
	}
}

// https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html
func TestIntrinsicFunctionsGiveWhatIsDocumented(t *testing.T) {
	const input = `{"l":[1,2,3,3,3,3,3,3,4],"s":"hello","o":{"a":1},"f":1.5,"m":-1.5,"big":10000,"json":"{\"n\": [1]}","t":"it's {}"}`
	for call, want := range map[string]string{
		`States.Array($.s, 1, null, true)`:                                   `["hello",1,null,true]`,
		`States.Array()`:                                                     `[]`,
		`States.ArrayPartition($.l, 4)`:                                      `[[1,2,3,3],[3,3,3,3],[4]]`,
		`States.ArrayPartition($.l, 0)`:                                      `States.IntrinsicFailure`,
		`States.ArrayContains($.l, 5)`:                                       `false`,
		`States.ArrayContains($.l, 1.0)`:                                     `true`,
		`States.ArrayRange(1, 9, 2)`:                                         `[1,3,5,7,9]`,
		`States.ArrayRange(3, 1, -1)`:                                        `[3,2,1]`,
		`States.ArrayRange(0, 1, 0)`:                                         `States.IntrinsicFailure`,
		`States.ArrayRange(1, 1001, 1)`:                                      `States.IntrinsicFailure`,
		`States.ArrayGetItem($.l, 8)`:                                        `4`,
		`States.ArrayGetItem($.l, 9)`:                                        `States.IntrinsicFailure`,
		`States.ArrayLength($.l)`:                                            `9`,
		`States.ArrayLength($.s)`:                                            `States.IntrinsicFailure`,
		`States.ArrayUnique($.l)`:                                            `[1,2,3,4]`,
		`States.Base64Encode('Data to encode')`:                              `"RGF0YSB0byBlbmNvZGU="`,
		`States.Base64Decode('RGVjb2RlZCBkYXRh')`:                            `"Decoded data"`,
		`States.Base64Decode('###')`:                                         `States.IntrinsicFailure`,
		`States.Hash('input data', 'SHA-1')`:                                 `"aaff4a450a104cd177d28d18d74485e8cae074b7"`,
		`States.Hash('a', 'MD5')`:                                            `"0cc175b9c0f1b6a831c399e269772661"`,
		`States.Hash('a', 'SHA-0')`:                                          `States.IntrinsicFailure`,
		`States.JsonMerge($.o, States.StringToJson('{"b":2,"a":3}'), false)`: `{"a":3,"b":2}`,
		`States.JsonMerge($.o, $.o, true)`:                                   `States.IntrinsicFailure`,
		`States.StringToJson($.json)`:                                        `{"n":[1]}`,
		`States.StringToJson($.s)`:                                           `States.IntrinsicFailure`,
		`States.JsonToString($.o)`:                                           `"{\"a\":1}"`,
		`States.MathAdd($.f, $.m)`:                                           `1`, // 2 and -1: halves go up
		`States.MathAdd(111, -1)`:                                            `110`,
		`States.MathAdd($.s, 1)`:                                             `States.IntrinsicFailure`,
		`States.MathRandom(1, 3)`:                                            `2`,
		`States.MathRandom(3, 3)`:                                            `States.IntrinsicFailure`,
		`States.StringSplit('1,2;3,,4', ',;')`:                               `["1","2","3","4"]`,
		`States.Format('{} of {}: {}', 1, $.s, $.o)`:                         `"1 of hello: {\"a\":1}"`,
		`States.Format('\{{}\} it\'s \\', null)`:                             `"{null} it's \\"`,
		`States.Format($.t, 'on')`:                                           `"it's on"`,
		`States.Format('{} {}', 1)`:                                          `States.IntrinsicFailure`,
		`States.Format('{}', 1, 2)`:                                          `States.IntrinsicFailure`,
		`States.Format($.big)`:                                               `States.IntrinsicFailure`,
	} {
		t.Run(call, func(t *testing.T) {
			if got := evaluate(t, call, input); !sameJSON(got, want) {
				t.Errorf("%s is %s, want %s", call, got, want)
			}
		})
	}
	a, b := evaluate(t, `States.UUID()`, `{}`), evaluate(t, `States.Array(States.UUID(), States.UUID())`, `{}`)
	if a == "" || strings.Count(b, a[1:len(a)-1]) > 1 {
		t.Errorf("UUID gives %s and %s", a, b)
	}
}

// https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html
func TestComparisonsHoldWhenTheyShould(t *testing.T) {
	const input = `{"s":"m","n":5,"f":5.0,"b":true,"t":"2026-03-02T08:00:00Z","u":"2026-03-02T15:00:00+07:00","z":null,"file":"log-2026.txt","star":"a*b","l":[],
	  "same":{"s":"m","n":5,"b":true,"t":"2026-03-02T08:00:00.000Z"}}`
	for test, want := range map[string]bool{
		`"Variable":"$.s","StringEquals":"m"`:                                                                true,
		`"Variable":"$.s","StringEquals":"n"`:                                                                false,
		`"Variable":"$.n","StringEquals":"5"`:                                                                false,
		`"Variable":"$.s","StringEqualsPath":"$.same.s"`:                                                     true,
		`"Variable":"$.s","StringLessThan":"m"`:                                                              false,
		`"Variable":"$.s","StringLessThan":"n"`:                                                              true,
		`"Variable":"$.s","StringGreaterThan":"l"`:                                                           true,
		`"Variable":"$.s","StringGreaterThan":"m"`:                                                           false,
		`"Variable":"$.s","StringLessThanEquals":"m"`:                                                        true,
		`"Variable":"$.s","StringGreaterThanEqualsPath":"$.file"`:                                            true,
		`"Variable":"$.n","NumericEquals":5.0`:                                                               true,
		`"Variable":"$.n","NumericEqualsPath":"$.f"`:                                                         true,
		`"Variable":"$.n","NumericLessThan":5`:                                                               false,
		`"Variable":"$.n","NumericLessThan":5.1`:                                                             true,
		`"Variable":"$.n","NumericGreaterThan":5`:                                                            false,
		`"Variable":"$.n","NumericGreaterThanEquals":5`:                                                      true,
		`"Variable":"$.n","NumericLessThanEquals":4`:                                                         false,
		`"Variable":"$.s","NumericEquals":5`:                                                                 false,
		`"Variable":"$.b","BooleanEquals":true`:                                                              true,
		`"Variable":"$.b","BooleanEqualsPath":"$.same.b"`:                                                    true,
		`"Variable":"$.b","BooleanEquals":false`:                                                             false,
		`"Variable":"$.t","TimestampEquals":"2026-03-02T08:00:00Z"`:                                          true,
		`"Variable":"$.t","TimestampEqualsPath":"$.u"`:                                                       true,
		`"Variable":"$.t","TimestampLessThan":"2026-03-02T08:00:00.001Z"`:                                    true,
		`"Variable":"$.t","TimestampGreaterThanPath":"$.same.t"`:                                             false,
		`"Variable":"$.t","TimestampGreaterThanEqualsPath":"$.same.t"`:                                       true,
		`"Variable":"$.s","TimestampEquals":"2026-03-02T08:00:00Z"`:                                          false,
		`"Variable":"$.file","StringMatches":"log-*.txt"`:                                                    true,
		`"Variable":"$.file","StringMatches":"*20*26*"`:                                                      true,
		`"Variable":"$.file","StringMatches":"*.tx"`:                                                         false,
		`"Variable":"$.file","StringMatches":"log-2026.txt*"`:                                                true,
		`"Variable":"$.file","StringMatches":"*g-*6*txt"`:                                                    true,
		`"Variable":"$.star","StringMatches":"a\\*b"`:                                                        true,
		`"Variable":"$.file","StringMatches":"log-\\*"`:                                                      false,
		`"Variable":"$.z","IsNull":true`:                                                                     true,
		`"Variable":"$.s","IsNull":false`:                                                                    true,
		`"Variable":"$.none","IsPresent":false`:                                                              true,
		`"Variable":"$.z","IsPresent":true`:                                                                  true,
		`"Variable":"$.s","IsString":true`:                                                                   true,
		`"Variable":"$.t","IsTimestamp":true`:                                                                true,
		`"Variable":"$.s","IsTimestamp":true`:                                                                false,
		`"Variable":"$.n","IsNumeric":true`:                                                                  true,
		`"Variable":"$.b","IsBoolean":true`:                                                                  true,
		`"Variable":"$.l","IsString":false`:                                                                  true,
		`"Not":{"Variable":"$.s","StringEquals":"n"}`:                                                        true,
		`"And":[{"Variable":"$.s","StringEquals":"m"},{"Variable":"$.n","NumericEquals":6}]`:                 false,
		`"Or":[{"Variable":"$.s","StringEquals":"n"},{"Variable":"$.n","NumericEquals":5}]`:                  true,
		`"And":[{"Variable":"$.none","IsPresent":true},{"Variable":"$.none","StringEquals":"x"}]`:            false,
		`"And":[{"Not":{"Variable":"$.b","BooleanEquals":false}},{"Or":[{"Variable":"$.z","IsNull":true}]}]`: true,
		`"Variable":"$$.State.Name","StringEquals":"C"`:                                                      true,
	} {
		t.Run(test, func(t *testing.T) {
			_, x := run(t, `{"StartAt":"C","States":{"C":{"Type":"Choice","Choices":[{`+test+`,"Next":"yes"}],"Default":"no"},
			  "yes":{"Type":"Pass","Result":true,"End":true},"no":{"Type":"Pass","Result":false,"End":true}}}`, input, echo)
			ended(t, x, asl.Succeeded, show(want))
		})
	}
	for _, test := range []string{`"Variable":"$.none","StringEquals":"x"`, `"Variable":"$.none","IsNull":true`, `"Variable":"$.s","StringEqualsPath":"$.none"`} {
		_, x := run(t, `{"StartAt":"C","States":{"C":{"Type":"Choice","Choices":[{`+test+`,"Next":"S"}]},"S":{"Type":"Succeed"}}}`, input, echo)
		ended(t, x, asl.Failed, "States.Runtime")
	}
}

// https://states-language.net/spec.html#inputs-and-outputs
func TestInputAndOutputAreShapedInOrder(t *testing.T) {
	for name, c := range map[string]struct{ fields, want string }{
		"all of it":                        {`"InputPath":"$.in","Parameters":{"p.$":"$.a","k":[{"q.$":"$.a"}]},"ResultPath":"$.out.deep","OutputPath":"$.out"`, `{"deep":{"k":[{"q":1}],"p":1}}`},
		"into what is there":               {`"InputPath":"$.in.a","ResultPath":"$.in.a"`, `{"in":{"a":1,"b":2}}`},
		"into an element":                  {`"Result":"new","ResultPath":"$.l[1]"`, `{"in":{"a":1,"b":2},"l":["x","new"]}`},
		"nothing in":                       {`"InputPath":null`, `{}`},
		"nothing out":                      {`"OutputPath":null`, `{}`},
		"the result thrown off":            {`"Result":1,"ResultPath":null`, `{"in":{"a":1,"b":2},"l":["x","y"]}`},
		"text that looks like paths stays": {`"Result":{"a.$":"$.in","b":"$.in"}`, `{"a.$":"$.in","b":"$.in"}`},
		"odd characters":                   {`"Result":"<&>\u2028\u0001\"\\\u00e9\ud83c\udd97"`, `"<&>\u2028\u0001\"\\é🆗"`},
	} {
		t.Run(name, func(t *testing.T) {
			input := `{"in":{"a":1,"b":2}}`
			if strings.Contains(c.want, `"l"`) {
				input = `{"in":{"a":1,"b":2},"l":["x","y"]}`
			}
			_, x := run(t, `{"StartAt":"P","States":{"P":{"Type":"Pass",`+c.fields+`,"End":true}}}`, input, echo)
			ended(t, x, asl.Succeeded, c.want)
		})
	}
}

func TestTextThatIsNoUTF8StaysJSON(t *testing.T) {
	_, x := run(t, oneTask(`"Resource":"arn:aws:lambda:x:1:function:f",`), `{}`, answering("\"a\xffb\""))
	ended(t, x, asl.Succeeded, `"a\ufffdb"`)
}
