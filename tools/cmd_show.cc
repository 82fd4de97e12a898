// vpclab show FILE WHAT - the declared network, settled, as EC2 describes it.
#include <algorithm>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "emulator/api/action.h"
#include "emulator/api/json_text.h"
#include "emulator/api/param_map.h"
#include "emulator/api/param_reader.h"
#include "emulator/control/control_plane.h"
#include "emulator/world/world.h"
#include "netstack/base/suggest.h"
#include "tools/commands.h"
#include "tools/listing.h"
#include "tools/session.h"

namespace vpclab::tools {
namespace {

using nlohmann::ordered_json;

struct ShowOptions {
  std::string path;
  std::string what;
  bool after_run = false;
};

/// Adds the owners of what a table holds, each once.
template <class Resources>
void add_owners(const Resources& resources, const control::Inventory& inventory,
                std::vector<control::Caller>& owners) {
  for (const auto& resource : resources) {
    const control::Caller& owner = inventory.owner(resource.owner);
    if (std::find(owners.begin(), owners.end(), owner) == owners.end()) {
      owners.push_back(owner);
    }
  }
}

/// Who owns anything in this network: each sees what is its own. What is left out lies in VPCs.
std::vector<control::Caller> owners_of(world::World& world) {
  std::vector<control::Caller> owners;
  const control::Inventory& inventory = world.control().inventory();
  add_owners(inventory.vpcs, inventory, owners);
  add_owners(inventory.internet_gateways, inventory, owners);
  add_owners(inventory.elastic_addresses, inventory, owners);
  add_owners(inventory.instances, inventory, owners);
  add_owners(inventory.prefix_lists, inventory, owners);
  return owners;
}

/// Whether `items` hold this one: by its id, or as a whole where it has none of its own.
bool is_known(const ordered_json& items, const ordered_json& item, const std::string& id) {
  return std::any_of(items.begin(), items.end(), [&](const ordered_json& known) {
    return item.contains(id) ? known.at(id) == item.at(id) : known == item;
  });
}

/// The describing action's response for every owner, in one: what two may see stands once.
ordered_json describe(world::World& world, const Listing& listing) {
  const api::ActionModel* action = api::find_cli_action(listing.action);
  const std::string list(listing.items.substr(0, listing.items.find('[')));
  ordered_json all{{list, ordered_json::array()}};
  for (const control::Caller& owner : owners_of(world)) {
    const api::ParamMap no_parameters;
    api::ParamReader reader(no_parameters);
    api::Reply reply = world.call(owner, action->read(reader));
    if (!reply) {
      continue;
    }
    const ordered_json response = ordered_json::parse(api::to_cli_json(reply->response()));
    for (const ordered_json& item : response.at(list)) {
      ordered_json& items = all[list];
      if (!is_known(items, item, std::string(listing.id))) {
        items.push_back(item);
      }
    }
  }
  return all;
}

std::vector<std::vector<std::string>> rows_of(const std::vector<const ordered_json*>& items,
                                              const std::vector<Column>& columns,
                                              const NameOf& name_of) {
  std::vector<std::vector<std::string>> rows;
  for (const ordered_json* item : items) {
    std::vector<std::string>& row = rows.emplace_back();
    for (const Column& column : columns) {
      row.push_back(cell_of(*item, column, name_of));
    }
  }
  return rows;
}

std::vector<std::string> head_of(const std::vector<Column>& columns) {
  std::vector<std::string> head;
  head.reserve(columns.size());
  for (const Column& column : columns) {
    head.emplace_back(column.title);
  }
  return head;
}

void print_indented(const std::string& text) {
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = text.find('\n', begin) + 1;
    std::cout << "  " << text.substr(begin, end - begin);
    begin = end;
  }
}

void print_table(const std::vector<const ordered_json*>& items, const Listing& listing,
                 const NameOf& name_of) {
  const NameOf no_name = [](std::string_view) { return std::string(); };
  std::vector<std::string> head{"ID", "NAME"};
  for (const Column& column : listing.columns) {
    head.emplace_back(column.title);
  }
  std::vector<std::vector<std::string>> rows = rows_of(items, listing.columns, name_of);
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::string id = value_at(*items[i], listing.id, no_name);
    rows[i].insert(rows[i].begin(), {id, name_of(id)});
  }
  std::cout << render_table(head, rows);
  for (std::size_t i = 0; i < items.size(); ++i) {
    for (const Detail& detail : listing.details) {
      std::cout << '\n' << rows[i][0];
      if (!rows[i][1].empty()) {
        std::cout << " (" << rows[i][1] << ')';
      }
      std::cout << ' ' << detail.title << '\n';
      print_indented(
          render_table(head_of(detail.columns),
                       rows_of(elements_at(*items[i], detail.list), detail.columns, name_of)));
    }
  }
}

/// One line an item and, behind it, one for each of its routes, rules or entries, which say in the
/// third cell what they are; cells separated by tabs: for cut and awk.
void print_text(const std::vector<const ordered_json*>& items, const Listing& listing,
                const NameOf& name_of) {
  const NameOf no_name = [](std::string_view) { return std::string(); };
  for (const ordered_json* item : items) {
    const std::string id = value_at(*item, listing.id, no_name);
    const std::string head = id + '\t' + name_of(id);
    std::cout << head;
    for (const Column& column : listing.columns) {
      std::cout << '\t' << cell_of(*item, column, name_of);
    }
    std::cout << '\n';
    for (const Detail& detail : listing.details) {
      for (const ordered_json* element : elements_at(*item, detail.list)) {
        std::cout << head << '\t' << detail.title;
        for (const Column& column : detail.columns) {
          std::cout << '\t' << cell_of(*element, column, name_of);
        }
        std::cout << '\n';
      }
    }
  }
}

ExitCode show(scenario::Session& session, const ShowOptions& show, const GlobalOptions& options) {
  if (show.after_run) {
    static_cast<void>(session.run(scenario::RunOptions{.until = options.until}));
  }
  const Listing& listing = *find_listing(show.what);
  const ordered_json all = describe(session.world(), listing);
  const std::vector<const ordered_json*> items = elements_at(all, listing.items);
  const NameOf name_of = [&](std::string_view id) {
    const Result<api::ResourceId> parsed = api::ResourceId::parse(id);
    return parsed ? session.world().name_of(*parsed) : std::string();
  };
  switch (options.format_or(Format::kTable)) {
    case Format::kJson:
      std::cout << all.dump(4) << '\n';
      break;
    case Format::kJsonLines:
      for (const ordered_json* item : items) {
        std::cout << item->dump() << '\n';
      }
      break;
    case Format::kText:
      print_text(items, listing, name_of);
      break;
    case Format::kTable:
      print_table(items, listing, name_of);
      break;
  }
  return finish_output(options.color, ExitCode::kSuccess);
}

std::vector<std::string> names() {
  std::vector<std::string> all;
  for (const Listing& listing : listings()) {
    all.emplace_back(listing.what);
  }
  all.emplace_back("peering-connections");
  return all;
}

/// One of names(); completion reads them from the description.
CLI::Validator something_to_show() {
  return {[](std::string& text) -> std::string {
            const std::vector<std::string> all = names();
            if (std::find(all.begin(), all.end(), text) != all.end()) {
              return "";
            }
            const std::string likely =
                base::suggestion(text, std::vector<std::string_view>(all.begin(), all.end()));
            return "nothing to show is called '" + text + "' (" +
                   (likely.empty() ? "one of " + CLI::detail::join(all, ", ") : likely) + ")";
          },
          "{" + CLI::detail::join(names(), ",") + "}"};
}

}  // namespace

void add_show(CLI::App& app, Invocation& invocation) {
  CLI::App* verb = app.add_subcommand("show", "Show the network as EC2 describes it");
  verb->footer(
      "Shows the network as declared and settled, before `run:`. With --json what\n"
      "`aws ec2 describe-...` prints; -o text has tab-separated cells, a line an\n"
      "item and a line for each of its routes, rules or entries.\n\n"
      "Example:\n  vpclab show scenarios/peering/vpc-peering.vpclab.yaml route-tables");
  auto options = std::make_shared<ShowOptions>();
  add_scenario_argument(*verb, options->path);
  verb->add_option("WHAT", options->what, "What to show")
      ->required()
      ->type_name("")
      ->check(something_to_show());
  verb->add_flag("--after-run", options->after_run, "As the run leaves it (--until: at that time)");
  verb->callback([&invocation, options] {
    invocation.execute = [&invocation, options] {
      return with_session(options->path, invocation.options, [&](scenario::Session& session) {
        return show(session, *options, invocation.options);
      });
    };
  });
}

}  // namespace vpclab::tools
