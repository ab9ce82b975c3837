// SPDX-License-Identifier: Apache-2.0
// What `countersign --help` lists together, and an example for every command.
#include <algorithm>
#include <array>
#include <utility>

#include "cli/help.h"

namespace countersign::cli {
namespace {

constexpr std::array kExamples = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"determine",
     "countersign determine -d examples/long-range-review --as-of 2025-06-10 \\\n"
     "  examples/long-range-review/requests/E10.json"},
    {"trace", "countersign trace Drone-B -d examples/long-range-review --as-of 2025-06-10 --path"},
    {"queue", "countersign queue -i review --office US/USDP"},
    {"case list", "countersign case list -i review"},
    {"case show", "countersign case show UA-17 -i review --as UA/GeneralStaff"},
    {"case why", "countersign case why UA-17 -i review --office US/SecDef"},
    {"case document", "countersign case document UA-17 63 -i review -o plan.pdf"},

    {"submit",
     "countersign submit UA-17 request.json -i review \\\n"
     "  --by UA/GeneralStaff --key keys/UA/GeneralStaff.key"},
    {"answer",
     "countersign answer UA-17 -i review --by UA/GeneralStaff --key keys/UA/GeneralStaff.key \\\n"
     "  --text \"Depot 4\" --document plan.pdf"},
    {"amend",
     "countersign amend UA-17 request.json -i review \\\n"
     "  --by UA/GeneralStaff --key keys/UA/GeneralStaff.key --text \"one, not two\""},
    {"withdraw",
     "countersign withdraw UA-17 -i review \\\n"
     "  --by UA/GeneralStaff --key keys/UA/GeneralStaff.key --text \"not needed any more\""},
    {"reconsider",
     "countersign reconsider UA-17 -i review \\\n"
     "  --by UA/GeneralStaff --key keys/UA/GeneralStaff.key --text \"the end user is known now\""},
    {"acknowledge",
     "countersign acknowledge UA-17/G1 -i review \\\n"
     "  --by UA/GeneralStaff --key keys/UA/GeneralStaff.key --proviso \"by day only\""},
    {"draw",
     "countersign draw UA-17/G1 draw.json -i review \\\n"
     "  --by UA/GeneralStaff --key keys/UA/GeneralStaff.key"},
    {"report",
     "countersign report UA-17/G1 report.json -i review \\\n"
     "  --by UA/GeneralStaff --key keys/UA/GeneralStaff.key"},
    {"allot",
     "countersign allot UA-17/G1 allotment.json -i review \\\n"
     "  --by UA/GeneralStaff --key keys/UA/GeneralStaff.key -o second-battery.json"},
    {"give-back",
     "countersign give-back UA-17/G1 -i review \\\n"
     "  --by UA/GeneralStaff --key keys/UA/GeneralStaff.key --allotment 84 --quantity 1"},
    {"surrender",
     "countersign surrender UA-17/G1 -i review \\\n"
     "  --by UA/GeneralStaff --key keys/UA/GeneralStaff.key --text \"not needed any more\""},

    {"claim",
     "countersign claim UA-17 -i review --by GB/MoD --key keys/GB/MoD.key \\\n"
     "  --basis component --item ATACMS --text \"the seeker is ours\""},
    {"query",
     "countersign query UA-17 -i review --by US/USDP --key keys/US/USDP.key \\\n"
     "  --text \"From which depot?\""},
    {"advise",
     "countersign advise UA-17 -i review --by US/USDP --key keys/US/USDP.key \\\n"
     "  --view concur_with_provisos --provisos provisos.json"},
    {"reconfirm", "countersign reconfirm UA-17 -i review --by US/USDP --key keys/US/USDP.key"},
    {"override",
     "countersign override UA-17 -i review --by US/SecDef --key keys/US/SecDef.key \\\n"
     "  --adviser US/USDP --text \"the risk is accepted\""},
    {"decide",
     "countersign decide UA-17 -i review --by US/SecDef --key keys/US/SecDef.key \\\n"
     "  --outcome approve --provisos provisos.json\n"
     "countersign decide UA-17 -i review --by US/SecDef --key keys/US/SecDef.key \\\n"
     "  --outcome deny --text \"the place is not described closely enough\"\n"
     "countersign decide UA-17 -i review --by US/SecDef --key keys/US/SecDef.key \\\n"
     "  --outcome emergency --provisos provisos.json --review-by 2026-11-28"},
    {"reconsidered",
     "countersign reconsidered UA-17 -i review --by US/SecDef --key keys/US/SecDef.key \\\n"
     "  --outcome set_aside --text \"the doubt has gone\""},
    {"oral",
     "countersign oral UA-17 -i review --by FR/Duty --key keys/FR/Duty.key \\\n"
     "  --office FR/Director --said-at 2026-05-02T20:55:00Z --text \"agreed by telephone\""},
    {"review",
     "countersign review UA-17 -i review --by FR/Director --key keys/FR/Director.key \\\n"
     "  --text \"there was no time, and it was right\""},
    {"grant", "countersign grant UA-17 -i review"},
    {"suspend",
     "countersign suspend UA-17/G1 -i review --by US/SecDef --key keys/US/SecDef.key \\\n"
     "  --text \"until the report is in\""},
    {"resume",
     "countersign resume UA-17/G1 -i review --by US/SecDef --key keys/US/SecDef.key \\\n"
     "  --outcome approve --provisos provisos.json"},
    {"revoke",
     "countersign revoke UA-17/G1 -i review --by US/SecDef --key keys/US/SecDef.key \\\n"
     "  --text \"it was used against what was agreed\""},
    {"close",
     "countersign close UA-17 -i review --by US/USDP --key keys/US/USDP.key \\\n"
     "  --report 87 --text \"drift, as foreseen\""},
    {"check request",
     "countersign check request UA-17/G1 -i review --by US/SecDef --key keys/US/SecDef.key \\\n"
     "  --checker US/Registrar --due 2026-12-01 --text \"count what is left\""},
    {"check record",
     "countersign check record UA-17/G1 -i review --by US/Registrar --key keys/US/Registrar.key "
     "\\\n"
     "  --request 80 --finding confirmed --at 2026-11-30 --text \"12 counted\""},
    {"check list", "countersign check list -i review"},
    {"correct",
     "countersign correct 87 change.json -i review \\\n"
     "  --by UA/GeneralStaff --key keys/UA/GeneralStaff.key --text \"45 was typed for 55\""},
    {"confirm",
     "countersign confirm 54 -i review --by US/USDP --key keys/US/USDP-new.key \\\n"
     "  --text \"written before the key was lost\""},

    {"key new", "countersign key new keys/US/SecDef.key"},
    {"key withdraw",
     "countersign key withdraw -i review --by US/root --key keys/US/root.key \\\n"
     "  --public-key ed25519:... --suspected-since 2026-03-05T20:00:00Z --text \"it was stolen\""},
    {"key show", "countersign key show keys/US/SecDef.key"},
    {"key list", "countersign key list -i review"},
    {"offices", "countersign offices -i review --authority US"},
    {"appoint",
     "countersign appoint -i review --office US/SecDef --person p-17 --public-key ed25519:... \\\n"
     "  --root-key keys/US/root.key"},
    {"absence",
     "countersign absence US/SecDef -i review --key keys/US/SecDef.key --until 2026-12-03"},
    {"return", "countersign return US/SecDef -i review --key keys/US/SecDef.key"},

    {"init",
     "countersign init review\n"
     "countersign init practice --exercise"},
    {"charter",
     "countersign charter US/charter.json -i review \\\n"
     "  --root-key keys/US/root.key --clerk-key keys/US/clerk.key"},
    {"import", "countersign import examples/long-range-review -i review --keys keys --make-keys"},
    {"issue", "countersign issue changes.json -i review --authority US --keys keys"},
    {"import-legacy",
     "countersign import-legacy cases.json -i review \\\n"
     "  --by US/Registrar --key keys/US/Registrar.key"},
    {"play", "countersign play examples/long-range-review"},

    {"bundle",
     "countersign bundle UA-17/G1 -i review --holder -o proof.json\n"
     "countersign bundle UA-17/G1 -i review --lane US -o for-us.json"},
    {"status", "countersign status UA-17/G1 -i review -o status.txt"},
    {"trust", "countersign trust -i review -o trust.json"},
    {"verify", "countersign verify proof.json --trust trust.json --fresh status.txt"},
    {"log checkpoint", "countersign log checkpoint -i review -o checkpoint.txt"},
    {"log prove", "countersign log prove 87 -i review -o entry-87.txt"},
    {"log audit", "countersign log audit -i review"},
    {"count",
     "countersign count -i review --since 2026-01-01 --until 2027-01-01 --by item -o count.json"},
    {"emergencies", "countersign emergencies -i review"},
    {"export", "countersign export -i review --ocel history.json"},

    {"catalogue import",
     "countersign catalogue import --mapping mapping.json -o parts.catalogue parts.csv"},
    {"catalogue change", "countersign catalogue change -c parts.catalogue june.json --check"},
    {"catalogue list", "countersign catalogue list -c parts.catalogue --id UA-parts-2025 -o lists"},
    {"stock show", "countersign stock show -i review --authority US"},
    {"stock rate", "countersign stock rate -i review --authority US --item ATACMS --quantity 20"},
    {"stock forecast", "countersign stock forecast -i review --authority US"},
    {"stock history", "countersign stock history -i review --item ATACMS --svg stock.svg"},
    {"stock import",
     "countersign stock import 2025.csv -i review --authority US --keys keys --id 2025 \\\n"
     "  --separator ';' --column date=Datum --column item=Artikel"},
});

}  // namespace

const std::vector<CommandGroup>& command_groups() {
  static const std::vector<CommandGroup> groups = {
      {"Ask", {"determine", "trace", "case", "queue"}},
      {"As the requester or the holder of a grant",
       {"submit", "answer", "amend", "withdraw", "reconsider", "acknowledge", "draw", "report",
        "allot", "give-back", "surrender"}},
      {"As an office that advises or decides",
       {"claim", "query", "advise", "reconfirm", "override", "decide", "reconsidered", "oral",
        "review", "grant", "suspend", "resume", "revoke", "close", "check"}},
      {"Put right what was entered", {"correct", "confirm"}},
      {"Offices and keys", {"offices", "key", "appoint", "absence", "return"}},
      {"Set up", {"init", "charter", "import", "issue", "import-legacy", "play"}},
      {"Prove and count",
       {"bundle", "status", "trust", "verify", "log", "count", "emergencies", "export"}},
      {"Parts and stock", {"catalogue", "stock"}},
  };
  return groups;
}

std::string_view example_of(std::string_view command) {
  const auto* const found = std::find_if(kExamples.begin(), kExamples.end(),
                                         [&](const auto& each) { return each.first == command; });
  return found == kExamples.end() ? std::string_view() : found->second;
}

}  // namespace countersign::cli
