package frame

import (
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

var pathParam = regexp.MustCompile(`\{([a-z]+)(?:\.\.\.)?\}`)

// openAPI describes every API route of the table: generated from it, so that
// description and routes cannot differ.
func (s *Site) openAPI(c *Call) error {
	paths := map[string]map[string]any{}
	for _, r := range s.table {
		if r.Kind != API {
			continue
		}
		if paths[r.Pattern] == nil {
			paths[r.Pattern] = map[string]any{}
		}
		paths[r.Pattern][strings.ToLower(r.Method)] = operation(r)
	}
	return c.JSON(http.StatusOK, map[string]any{
		"openapi": "3.1.0",
		"info": map[string]any{"title": "Hồ sơ", "version": "1", "description": "Nomination dossiers. Unknown fields are refused. " +
			"POST calls take an Idempotency-Key: the same key and body again gives the first answer and changes nothing. Errors are problem documents (RFC 9457) with a stable code."},
		"paths": paths,
		"components": map[string]any{
			"securitySchemes": map[string]any{
				"token":   map[string]any{"type": "http", "scheme": "bearer"},
				"session": map[string]any{"type": "apiKey", "in": "cookie", "name": s.cookieName(sessionCookie)},
			},
			"schemas": map[string]any{"Problem": schema(reflect.TypeFor[Problem](), nil)},
		},
	})
}

func operation(r Route) map[string]any {
	status := r.Status
	if status == 0 {
		status = http.StatusOK
	}
	ok := map[string]any{"description": http.StatusText(status)}
	if r.Out != nil {
		ok["content"] = jsonContent(r.Out)
	}
	problem := map[string]any{"description": "What is wrong and what to do.", "content": map[string]any{
		"application/problem+json": map[string]any{"schema": map[string]any{"$ref": "#/components/schemas/Problem"}},
	}}
	op := map[string]any{
		"summary": r.Summary, "operationId": operationID(r),
		"responses": map[string]any{strconv.Itoa(status): ok, "default": problem},
	}
	var params []any
	for _, m := range pathParam.FindAllStringSubmatch(r.Pattern, -1) {
		params = append(params, map[string]any{"name": m[1], "in": "path", "required": true, "schema": map[string]any{"type": "string"}})
	}
	if r.Unsafe() {
		params = append(params, map[string]any{"name": "Idempotency-Key", "in": "header", "schema": map[string]any{"type": "string", "maxLength": 200}})
	}
	if params != nil {
		op["parameters"] = params
	}
	if r.In != nil {
		op["requestBody"] = map[string]any{"required": true, "content": jsonContent(r.In)}
	}
	switch {
	case r.Who.Public:
		op["security"] = []any{map[string]any{}}
	case r.Token:
		op["security"] = []any{map[string]any{"token": []any{}}, map[string]any{"session": []any{}}}
	default:
		op["security"] = []any{map[string]any{"session": []any{}}}
	}
	return op
}

func operationID(r Route) string {
	id := strings.Trim(strings.NewReplacer("/api/", "", "{", "", "}", "", "...", "", "/", "-", ".", "-").Replace(r.Pattern), "-")
	return strings.ToLower(r.Method) + "-" + id
}

func jsonContent(v any) map[string]any {
	return map[string]any{"application/json": map[string]any{"schema": schema(reflect.TypeOf(v), nil)}}
}

// schema describes a type as encoding/json writes it. A type inside itself is
// described as any value.
func schema(t reflect.Type, inside []reflect.Type) map[string]any {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == reflect.TypeFor[time.Time]() {
		return map[string]any{"type": "string", "format": "date-time"}
	}
	switch t.Kind() {
	case reflect.String:
		return map[string]any{"type": "string"}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return map[string]any{"type": "integer"}
	case reflect.Float32, reflect.Float64:
		return map[string]any{"type": "number"}
	case reflect.Slice, reflect.Array:
		if t.Elem().Kind() == reflect.Uint8 {
			return map[string]any{}
		}
		return map[string]any{"type": "array", "items": schema(t.Elem(), inside)}
	case reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": schema(t.Elem(), inside)}
	case reflect.Struct:
		if slices.Contains(inside, t) {
			return map[string]any{}
		}
		return object(t, append(inside, t))
	}
	return map[string]any{}
}

func object(t reflect.Type, inside []reflect.Type) map[string]any {
	props, required := map[string]any{}, []string{}
	for f := range t.Fields() {
		name, opts, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "-" || !f.IsExported() && !f.Anonymous {
			continue
		}
		if f.Anonymous && name == "" {
			inner := schema(f.Type, inside)
			if p, ok := inner["properties"].(map[string]any); ok {
				for k, v := range p {
					props[k] = v
				}
			}
			continue
		}
		if name == "" {
			name = f.Name
		}
		props[name] = schema(f.Type, inside)
		if !strings.Contains(opts, "omit") {
			required = append(required, name)
		}
	}
	out := map[string]any{"type": "object", "properties": props, "additionalProperties": false}
	if len(required) > 0 {
		out["required"] = required
	}
	return out
}
