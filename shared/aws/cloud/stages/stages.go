// Package stages puts each stage together as a Lambda function.
package stages

import (
	"context"
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"hoso/shared/appraisal"
	"hoso/shared/archive"
	"hoso/shared/aws/cloud"
	"hoso/shared/decision"
	"hoso/shared/extract"
	"hoso/shared/fault"
	"hoso/shared/flow"
	"hoso/shared/intake"
	"hoso/shared/ocr"
	"hoso/shared/pictures"
	"hoso/shared/posting"
	"hoso/shared/quota"
	"hoso/shared/recognize"
	"hoso/shared/review"
	"hoso/shared/selection"
	"hoso/shared/validate"
)

// stage is the function of a stage.
func stage(name string, settings []string, build func(context.Context, *cloud.Host) (flow.Stage, error)) cloud.Function {
	return cloud.Function{
		Name: name, Settings: append([]string{cloud.Table, cloud.Demo}, settings...),
		Build: func(ctx context.Context, h *cloud.Host) (lambda.Handler, error) {
			run, err := build(ctx, h)
			if err != nil {
				return nil, err
			}
			return flow.Of(name, run), nil
		},
	}
}

// Intake is the function of the stage intake.
func Intake() cloud.Function {
	return stage(intake.Name, []string{cloud.Inbox, cloud.Archive}, func(_ context.Context, h *cloud.Host) (flow.Stage, error) {
		obj, err := h.Objects()
		return intake.Room{Desk: h.Desk(), Objects: obj}.Run, err
	})
}

// Extract is the function of the stage extract.
func Extract() cloud.Function {
	return stage(extract.Name, []string{cloud.Inbox, cloud.Archive}, func(_ context.Context, h *cloud.Host) (flow.Stage, error) {
		obj, err := h.Objects()
		if err != nil {
			return nil, err
		}
		reader, err := h.Reader()
		if err != nil {
			return nil, err
		}
		return extract.Room{Desk: h.Desk(), Objects: obj, Reader: reader, Spool: cloud.Spool}.Run, nil
	})
}

// Recognize is the function of the stage recognize. Its own program is also
// the wall round the programs that recognise: its main must call
// pictures.Guard. Where those programs are not installed, a person reads.
func Recognize() cloud.Function {
	return stage(recognize.Name, []string{cloud.Inbox, cloud.Archive}, func(_ context.Context, h *cloud.Host) (flow.Stage, error) {
		obj, err := h.Objects()
		if err != nil {
			return nil, err
		}
		self, err := os.Executable()
		if err != nil {
			return nil, fault.Wrap(fault.Internal, recognize.Name, err)
		}
		return recognize.Room{Desk: h.Desk(), Recogniser: ocr.New(pictures.Guarded{Self: self}), Objects: obj, Spool: cloud.Spool}.Run, nil
	})
}

// Validate is the function of the stage validate.
func Validate() cloud.Function {
	return stage(validate.Name, []string{cloud.Inbox, cloud.Archive}, func(_ context.Context, h *cloud.Host) (flow.Stage, error) {
		obj, err := h.Objects()
		if err != nil {
			return nil, err
		}
		books, err := validate.BuiltinShelf(h.Desk().Store)
		return validate.Room{Desk: h.Desk(), Objects: obj, Due: h.Cal.DueInstant, Books: books}.Run, err
	})
}

// Appraisal is the function of the stage appraisal.
func Appraisal() cloud.Function {
	return stage(appraisal.Name, []string{cloud.MasterKey}, func(ctx context.Context, h *cloud.Host) (flow.Stage, error) {
		park, err := h.Parking(ctx)
		return appraisal.Room{Desk: park}.Run, err
	})
}

// Selection is the function of the stage selection.
func Selection() cloud.Function {
	return stage(selection.Name, []string{cloud.MasterKey}, func(ctx context.Context, h *cloud.Host) (flow.Stage, error) {
		park, err := h.Parking(ctx)
		return selection.Room{Desk: park}.Run, err
	})
}

// Quota is the function of the stage quota.
func Quota() cloud.Function {
	return stage(quota.Name, nil, func(_ context.Context, h *cloud.Host) (flow.Stage, error) {
		return quota.Room{Desk: h.Desk()}.Run, nil
	})
}

// Review is the function of the stage review.
func Review() cloud.Function {
	return stage(review.Name, []string{cloud.MasterKey}, func(ctx context.Context, h *cloud.Host) (flow.Stage, error) {
		park, err := h.Parking(ctx)
		return review.Room{Desk: park}.Run, err
	})
}

// Posting is the function of the stage posting.
func Posting() cloud.Function {
	return stage(posting.Name, []string{cloud.MasterKey}, func(ctx context.Context, h *cloud.Host) (flow.Stage, error) {
		park, err := h.Parking(ctx)
		return posting.Room{Desk: park}.Run, err
	})
}

// Decision is the function of the stage decision: it asks; entering and
// confirming are the portal's.
func Decision() cloud.Function {
	return stage(decision.Name, []string{cloud.MasterKey}, func(ctx context.Context, h *cloud.Host) (flow.Stage, error) {
		park, err := h.Parking(ctx)
		return decision.Room{Desk: park}.Run, err
	})
}

// Archive is the function of the stage archive.
func Archive() cloud.Function {
	return stage(archive.Name, []string{cloud.Inbox, cloud.Archive}, func(_ context.Context, h *cloud.Host) (flow.Stage, error) {
		obj, err := h.Objects()
		if err != nil {
			return nil, err
		}
		return archive.Room{Desk: h.Desk(), Objects: obj, Prove: prove(h, obj), Scratch: cloud.Scratch}.Run, nil
	})
}
