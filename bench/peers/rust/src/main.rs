// SPDX-License-Identifier: Apache-2.0
//! The Rust crate `cedar-policy` behind the line protocol of bench/peers/README.md.
use std::error::Error;
use std::fs;
use std::io::{self, BufRead, Write};
use std::path::Path;
use std::str::FromStr;

use cedar_policy::{
    AuthorizationError, Authorizer, Context, Decision, Entities, EntityUid, PolicySet, Request,
    Response,
};
use serde_json::Value;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn heap_in_use() -> i64 {
    // SAFETY: mallinfo2 only reads the allocator's own counters.
    let heap = unsafe { libc::mallinfo2() };
    (heap.uordblks + heap.hblkhd) as i64
}

fn uid(json: &Value) -> Outcome<EntityUid> {
    Ok(EntityUid::from_json(json.clone())?)
}

fn request(line: &str) -> Outcome<Request> {
    let json: Value = serde_json::from_str(line)?;
    let context = Context::from_json_value(json["context"].clone(), None)?;
    Ok(Request::new(
        uid(&json["principal"])?,
        uid(&json["action"])?,
        uid(&json["resource"])?,
        context,
        None,
    )?)
}

struct Engine {
    text: String,
    policies: PolicySet,
    entities: Entities,
    requests: Vec<Request>,
    next: usize,
    authorizer: Authorizer,
    policy_bytes: i64,
    entity_bytes: i64,
}

impl Engine {
    fn open(folder: &Path) -> Outcome<Engine> {
        let text = fs::read_to_string(folder.join("policies.cedar"))?;
        let entity_text = fs::read_to_string(folder.join("entities.json"))?;
        let before = heap_in_use();
        let policies = PolicySet::from_str(&text)?;
        let with_policies = heap_in_use();
        let entities = Entities::from_json_str(&entity_text, None)?;
        let with_entities = heap_in_use();
        let requests = fs::read_to_string(folder.join("requests.jsonl"))?
            .lines()
            .map(request)
            .collect::<Outcome<Vec<Request>>>()?;
        Ok(Engine {
            text,
            policies,
            entities,
            requests,
            next: 0,
            authorizer: Authorizer::new(),
            policy_bytes: with_policies - before,
            entity_bytes: with_entities - with_policies,
        })
    }

    fn decide(&self, request: &Request) -> Response {
        self.authorizer
            .is_authorized(request, &self.policies, &self.entities)
    }

    fn print_decisions(&self, out: &mut impl Write, count: usize) -> Outcome<()> {
        for request in self.requests.iter().take(count) {
            let response = self.decide(request);
            let mut reasons: Vec<String> = response
                .diagnostics()
                .reason()
                .map(ToString::to_string)
                .collect();
            let mut errors: Vec<String> = response
                .diagnostics()
                .errors()
                .map(|AuthorizationError::PolicyEvaluationError(error)| {
                    error.policy_id().to_string()
                })
                .collect();
            reasons.sort();
            errors.sort();
            let verdict = match response.decision() {
                Decision::Allow => "allow",
                Decision::Deny => "deny",
            };
            writeln!(
                out,
                "{verdict} {} | {}",
                reasons.join(" "),
                errors.join(" ")
            )?;
        }
        writeln!(out, "end")?;
        Ok(())
    }

    fn decide_next(&mut self) -> usize {
        let response = self.decide(&self.requests[self.next]);
        self.next = (self.next + 1) % self.requests.len();
        usize::from(response.decision() == Decision::Allow)
    }

    fn load(&self) -> Outcome<usize> {
        Ok(PolicySet::from_str(&self.text)?.num_of_policies())
    }
}

fn cpu_time_ns() -> i64 {
    let mut spent = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: the call writes to `spent` alone.
    unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut spent) };
    spent.tv_sec * 1_000_000_000 + spent.tv_nsec
}

fn timed(
    out: &mut impl Write,
    times: usize,
    mut work: impl FnMut() -> Outcome<usize>,
) -> Outcome<()> {
    let mut sum = 0;
    let begin = cpu_time_ns();
    for _ in 0..times {
        sum += work()?;
    }
    writeln!(out, "took {} {sum}", cpu_time_ns() - begin)?;
    Ok(())
}

fn main() -> Outcome<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut engine: Option<Engine> = None;
    for line in io::stdin().lock().lines() {
        let line = line?;
        let (command, rest) = line.split_once(' ').unwrap_or((&line, ""));
        if command == "open" {
            // The last workload's memory goes before the next one's is counted.
            drop(engine.take());
            let opened = engine.insert(Engine::open(Path::new(rest))?);
            writeln!(
                out,
                "opened {} {} {}",
                opened.policies.num_of_policies(),
                opened.entities.len(),
                opened.requests.len()
            )?;
            out.flush()?;
            continue;
        }
        let engine = engine.as_mut().ok_or("`open FOLDER` comes first")?;
        match command {
            "decisions" => engine.print_decisions(&mut out, rest.parse()?)?,
            "memory" => writeln!(
                out,
                "memory {} {}",
                engine.policy_bytes, engine.entity_bytes
            )?,
            "decide" => timed(&mut out, rest.parse()?, || Ok(engine.decide_next()))?,
            "load" => timed(&mut out, rest.parse()?, || engine.load())?,
            _ => return Err(format!("`{line}` is no command").into()),
        }
        out.flush()?;
    }
    Ok(())
}
