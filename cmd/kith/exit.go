package main

import (
	"errors"
	"slices"

	"kith/internal/config"
	"kith/internal/contact"
	"kith/internal/engine"
)

// The exit codes are a promise.
const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2
	exitPartly      = 3
	exitChanges     = 4
	exitReviews     = 5
	exitHeld        = 11
	exitCredentials = 12
	exitUnreachable = 13
	exitBrake       = 20
	exitInterrupted = 130
)

// precedence is the order in which the first that applies counts.
var precedence = []int{exitInterrupted, exitUsage, exitBrake, exitCredentials, exitUnreachable, exitHeld, exitFailed, exitPartly, exitChanges, exitReviews}

// exitCode ends the program with a code of which everything has been said.
type exitCode int

func (e exitCode) Error() string { return "" }

// end returns the error for the first code that applies, nil for done.
func end(codes []int) error {
	for _, code := range precedence {
		if slices.Contains(codes, code) {
			return exitCode(code)
		}
	}
	return nil
}

// codeOf is the exit code of an error that ended a command.
func codeOf(err error) int {
	var mistake usageError
	var wrong *config.Error
	if errors.As(err, &mistake) || errors.As(err, &wrong) {
		return exitUsage
	}
	var known *contact.Error
	if errors.As(err, &known) && known.Reason.Code == contact.CodeStoreFull {
		return exitFailed
	}
	switch contact.ClassOf(err) {
	case contact.Setup, contact.NotFound:
		return exitUsage
	case contact.Credentials:
		return exitCredentials
	case contact.Unreachable, contact.Throttled:
		return exitUnreachable
	case contact.Held:
		return exitHeld
	}
	return exitFailed
}

// codeOfStop is the exit code for why a place could not go on.
func codeOfStop(why contact.Reason) int {
	switch why.Code {
	case contact.CodeEmptied, contact.CodeShrunken, contact.CodeAllChanged, contact.CodeBlanked, contact.CodeColumnGone,
		contact.CodeAccount, contact.CodeRemovalsIn, contact.CodeRemovalsOut, contact.CodeConfigChanged:
		return exitBrake
	case contact.CodeCredentials:
		return exitCredentials
	case contact.CodeUnreachable:
		return exitUnreachable
	case contact.CodeHeld:
		return exitHeld
	case contact.CodeSetup, contact.CodeNoField:
		return exitUsage
	case contact.CodeInterrupted:
		return exitInterrupted
	}
	return exitFailed
}

// codesOf lists everything that a run's end says.
func codesOf(rep engine.Report) []int {
	var codes []int
	if rep.Stopped {
		codes = append(codes, exitInterrupted)
	}
	for _, why := range rep.Stops {
		codes = append(codes, codeOfStop(why))
	}
	for _, c := range rep.Counts {
		if c.Failed > 0 || c.Waiting > 0 {
			codes = append(codes, exitPartly)
		}
	}
	if len(rep.Later) > 0 || rep.Parked.Count > 0 {
		codes = append(codes, exitPartly)
	}
	return codes
}
