// SPDX-License-Identifier: Apache-2.0
// The commands of `countersign`, one file each. Every one adds itself to the application and, when
// it is the one called, sets how the program ends.
#ifndef COUNTERSIGN_CLI_COMMANDS_H_
#define COUNTERSIGN_CLI_COMMANDS_H_

namespace CLI {
class App;
}

namespace countersign::cli {

// The program's exit codes.
enum class Exit {
  Done = 0,
  Refused = 1,        // the rules say no: to the request, the command or the proof
  BadInput = 2,       // something that was read is not what it should be
  CouldNotFinish = 3  // the machine could not: a disk, a permission
};

// `exit` outlives the application's parsing.
void add_determine(CLI::App& app, Exit& exit);
// init, key, charter, appoint, import, issue
void add_setup_commands(CLI::App& app, Exit& exit);
// submit to close
void add_case_commands(CLI::App& app, Exit& exit);
// correct, allot, give-back, check, import-legacy
void add_file_commands(CLI::App& app, Exit& exit);
// review, emergencies, oral
void add_urgent_commands(CLI::App& app, Exit& exit);
// absence, return
void add_office_commands(CLI::App& app, Exit& exit);
// key withdraw, key list, key show, confirm; after add_setup_commands()
void add_key_commands(CLI::App& app, Exit& exit);
// query, answer, amend, reconfirm, withdraw, surrender
void add_exchange_commands(CLI::App& app, Exit& exit);
void add_count(CLI::App& app, Exit& exit);
void add_queue(CLI::App& app, Exit& exit);
void add_offices(CLI::App& app, Exit& exit);
void add_export(CLI::App& app, Exit& exit);
// case, log, bundle, status, trust
void add_proof_commands(CLI::App& app, Exit& exit);
// Of the group `case`.
void add_why(CLI::App& group, Exit& exit);
// stock show, rate, forecast, history, import
void add_stock_commands(CLI::App& app, Exit& exit);
void add_verify(CLI::App& app, Exit& exit);
void add_play(CLI::App& app, Exit& exit);
void add_trace(CLI::App& app, Exit& exit);
// catalogue import, change, list
void add_catalogue_commands(CLI::App& app, Exit& exit);

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLI_COMMANDS_H_
