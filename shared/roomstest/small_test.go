package roomstest

import "hoso/shared/submission"

var submissionAgain = submission.Submitting{Note: "Đã bổ sung."}
