// SPDX-License-Identifier: Apache-2.0

// The Go module cedar-go behind the line protocol of bench/peers/README.md.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sort"
	"strconv"
	"strings"
	"syscall"

	"github.com/cedar-policy/cedar-go"
)

type engine struct {
	text        []byte
	policies    *cedar.PolicySet
	entities    cedar.EntityMap
	requests    []cedar.Request
	next        int
	policyBytes int64
	entityBytes int64
}

func heapInUse() int64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}

func open(folder string) (*engine, error) {
	text, err := os.ReadFile(filepath.Join(folder, "policies.cedar"))
	if err != nil {
		return nil, err
	}
	entityText, err := os.ReadFile(filepath.Join(folder, "entities.json"))
	if err != nil {
		return nil, err
	}
	opened := &engine{text: text}
	before := heapInUse()
	if opened.policies, err = cedar.NewPolicySetFromBytes("policies.cedar", text); err != nil {
		return nil, err
	}
	withPolicies := heapInUse()
	if err = json.Unmarshal(entityText, &opened.entities); err != nil {
		return nil, err
	}
	withEntities := heapInUse()
	opened.policyBytes = withPolicies - before
	opened.entityBytes = withEntities - withPolicies
	requestText, err := os.ReadFile(filepath.Join(folder, "requests.jsonl"))
	if err != nil {
		return nil, err
	}
	for _, line := range strings.Split(strings.TrimSpace(string(requestText)), "\n") {
		var request cedar.Request
		if err = json.Unmarshal([]byte(line), &request); err != nil {
			return nil, err
		}
		opened.requests = append(opened.requests, request)
	}
	runtime.KeepAlive(entityText)
	return opened, nil
}

func (e *engine) printDecisions(out *bufio.Writer, count string) error {
	most, err := strconv.Atoi(count)
	if err != nil {
		return err
	}
	for _, request := range e.requests[:min(most, len(e.requests))] {
		decision, diagnostic := cedar.Authorize(e.policies, e.entities, request)
		reasons := []string{}
		failed := []string{}
		for _, reason := range diagnostic.Reasons {
			reasons = append(reasons, string(reason.PolicyID))
		}
		for _, failure := range diagnostic.Errors {
			failed = append(failed, string(failure.PolicyID))
		}
		sort.Strings(reasons)
		sort.Strings(failed)
		fmt.Fprintf(out, "%s %s | %s\n", decision, strings.Join(reasons, " "),
			strings.Join(failed, " "))
	}
	fmt.Fprintln(out, "end")
	return nil
}

func (e *engine) decideNext() (int, error) {
	decision, _ := cedar.Authorize(e.policies, e.entities, e.requests[e.next])
	e.next = (e.next + 1) % len(e.requests)
	if decision == cedar.Allow {
		return 1, nil
	}
	return 0, nil
}

func (e *engine) load() (int, error) {
	policies, err := cedar.NewPolicySetFromBytes("policies.cedar", e.text)
	if err != nil {
		return 0, err
	}
	return len(policies.Map()), nil
}

// The process's own, its collector's included.
func cpuTime() (int64, error) {
	var usage syscall.Rusage
	err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return usage.Utime.Nano() + usage.Stime.Nano(), err
}

func timed(out *bufio.Writer, count string, work func() (int, error)) error {
	times, err := strconv.Atoi(count)
	if err != nil {
		return err
	}
	sum := 0
	begin, err := cpuTime()
	if err != nil {
		return err
	}
	for range times {
		done, err := work()
		if err != nil {
			return err
		}
		sum += done
	}
	end, err := cpuTime()
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "took %d %d\n", end-begin, sum)
	return nil
}

func serve() error {
	out := bufio.NewWriter(os.Stdout)
	var current *engine
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		command, rest, _ := strings.Cut(lines.Text(), " ")
		var err error
		switch {
		case command == "open":
			current = nil
			if current, err = open(rest); err == nil {
				fmt.Fprintf(out, "opened %d %d %d\n", len(current.policies.Map()),
					len(current.entities), len(current.requests))
			}
		case current == nil:
			err = fmt.Errorf("`open FOLDER` comes first")
		case command == "decisions":
			err = current.printDecisions(out, rest)
		case command == "memory":
			fmt.Fprintf(out, "memory %d %d\n", current.policyBytes, current.entityBytes)
		case command == "decide":
			err = timed(out, rest, current.decideNext)
		case command == "load":
			err = timed(out, rest, current.load)
		default:
			err = fmt.Errorf("`%s` is no command", lines.Text())
		}
		if err != nil {
			return err
		}
		if err = out.Flush(); err != nil {
			return err
		}
	}
	return nil
}

func main() {
	if err := serve(); err != nil {
		fmt.Fprintln(os.Stderr, "cedar-go:", err)
		os.Exit(3)
	}
}
