package main

import (
	"context"
	"time"
)

// graceful is the time in which everything must end once it is told to.
func graceful() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), 20*time.Second)
}
