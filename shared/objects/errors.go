package objects

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"hoso/shared/fault"
)

// Codes of errors that callers tell apart beyond their kind.
const (
	CodeFull     = "store-full"     // no room in the object store
	CodeTampered = "store-tampered" // the bytes kept are not the bytes stored
)

// sentences for people, by kind; the rest is for the page to say.
func public(kind fault.Kind) string {
	switch kind {
	case fault.NotFound:
		return "Không tìm thấy tệp này trong kho; hãy tải lên lại hoặc báo quản trị hệ thống."
	case fault.Transient:
		return "Kho tệp chưa trả lời; hãy thử lại sau ít phút."
	}
	return ""
}

// mapped gives an error of the SDK its kind. Status codes decide where a code
// is unknown, because HEAD answers have no body to carry one.
func mapped(op string, err error) error {
	if err == nil {
		return nil
	}
	var own *fault.Error
	if errors.As(err, &own) {
		return err
	}
	code, status := "", 0
	var api smithy.APIError
	if errors.As(err, &api) {
		code = api.ErrorCode()
	}
	var resp *smithyhttp.ResponseError
	if errors.As(err, &resp) {
		status = resp.HTTPStatusCode()
	}
	kind, detail := kindOf(code, status)
	return &fault.Error{Kind: kind, Op: op, Code: detail, Public: public(kind), Err: err}
}

func kindOf(code string, status int) (fault.Kind, string) {
	switch code {
	case "PreconditionFailed":
		return fault.Conflict, ""
	case "ConditionalRequestConflict", "OperationAborted", "SlowDown", "RequestTimeout", "InternalError", "ServiceUnavailable":
		return fault.Transient, ""
	case "InsufficientStorage", "QuotaExceeded":
		return fault.Transient, CodeFull
	case "NoSuchKey", "NoSuchVersion", "NoSuchBucket", "NotFound":
		return fault.NotFound, ""
	case "BadDigest", "XAmzContentSHA256Mismatch", "EntityTooLarge", "EntityTooSmall", "IncompleteBody":
		return fault.Invalid, ""
	}
	switch {
	case status == 404:
		return fault.NotFound, ""
	case status == 412:
		return fault.Conflict, ""
	case status == 401 || status == 403:
		return fault.Denied, ""
	case status == 507:
		return fault.Transient, CodeFull
	case status == 429 || status >= 500 || status == 0: // 0: no answer at all
		return fault.Transient, ""
	}
	return fault.Invalid, ""
}

// checksum turns a hex SHA-256 into the base64 that S3 speaks.
func checksum(op, digest string) (string, error) {
	raw, err := hex.DecodeString(digest)
	if err != nil || len(raw) != 32 || digest != hex.EncodeToString(raw) {
		return "", fault.Wrap(fault.Invalid, op, fmt.Errorf("%q is not a SHA-256 in lower-case hex", digest))
	}
	return base64.StdEncoding.EncodeToString(raw), nil
}

// digest turns S3's base64 checksum into hex; "" if there is none.
func digest(sum *string) string {
	if sum == nil {
		return ""
	}
	raw, err := base64.StdEncoding.DecodeString(*sum)
	if err != nil || len(raw) != 32 {
		return ""
	}
	return hex.EncodeToString(raw)
}
