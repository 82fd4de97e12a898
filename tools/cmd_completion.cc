// vpclab completion SHELL - completion for bash, zsh and fish, made from the parser itself.
#include <algorithm>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "tools/commands.h"

namespace vpclab::tools {
namespace {

/// A word that may follow, and what it means.
struct Word {
  std::string text;
  std::string meaning;
};

std::string joined(const std::vector<Word>& words) {
  std::string text;
  for (const Word& word : words) {
    text.append(text.empty() ? "" : " ").append(word.text);
  }
  return text;
}

std::vector<CLI::App*> verbs_of(CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

std::vector<Word> options_of(const CLI::App& app) {
  std::vector<Word> words;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) {
      words.push_back({"--" + name, option->get_description()});
    }
    for (const std::string& name : option->get_snames()) {
      words.push_back({"-" + name, option->get_description()});
    }
  }
  return words;
}

/// The words of an option or argument whose type names them: `FORMAT:{text,table}`.
std::vector<Word> choices_of(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  const std::size_t open = type.find('{');
  const std::size_t close = type.find('}');
  std::vector<Word> words;
  if (open == std::string::npos || close == std::string::npos) {
    return words;
  }
  for (const std::string& word : CLI::detail::split(type.substr(open + 1, close - open - 1), ',')) {
    words.push_back({word, ""});
  }
  return words;
}

/// What may stand behind `verb`: its options, the global ones, and the words of its arguments.
std::vector<Word> words_behind(const CLI::App& app, const CLI::App& verb) {
  std::vector<Word> words = options_of(verb);
  for (const Word& word : options_of(app)) {
    const bool known = std::any_of(words.begin(), words.end(),
                                   [&](const Word& own) { return own.text == word.text; });
    if (!known) {
      words.push_back(word);
    }
  }
  for (const CLI::Option* option : verb.get_options()) {
    if (option->get_positional()) {
      const std::vector<Word> choices = choices_of(*option);
      words.insert(words.end(), choices.begin(), choices.end());
    }
  }
  return words;
}

/// What completes the value of an option: its fixed set of values, files, or nothing.
std::string bash_value(const CLI::Option& option) {
  if (const std::vector<Word> choices = choices_of(option); !choices.empty()) {
    return R"(COMPREPLY=($(compgen -W ")" + joined(choices) + R"(" -- "$current")))";
  }
  const std::string type = option.get_type_name();
  return type == "DIR" || type == "FILE" ? "_vpclab_files -f" : ":";
}

/// `case` branches: for each option with a value, what it may be.
std::string bash_values(CLI::App& app) {
  std::string text;
  std::vector<const CLI::App*> all{&app};
  for (CLI::App* verb : verbs_of(app)) {
    all.push_back(verb);
  }
  for (const CLI::App* one : all) {
    for (const CLI::Option* option : one->get_options()) {
      if (option->get_expected_max() == 0 || option->get_positional()) {
        continue;
      }
      std::string names;
      for (const std::string& name : option->get_lnames()) {
        names.append(names.empty() ? "" : "|").append("--" + name);
      }
      for (const std::string& name : option->get_snames()) {
        names.append(names.empty() ? "" : "|").append("-" + name);
      }
      text += "    " + names + ") " + bash_value(*option) + "; return;;\n";
    }
  }
  return text;
}

std::string bash_verbs(CLI::App& app) {
  std::string text;
  for (const CLI::App* verb : verbs_of(app)) {
    text += "    " + verb->get_name() + ") words=\"" + joined(words_behind(app, *verb)) + "\";;\n";
  }
  return text;
}

std::string verbs_in_a_row(const CLI::App& app) {
  std::string text;
  for (const std::string& name : names_of_verbs(app)) {
    text.append(text.empty() ? "" : " ").append(name);
  }
  return text;
}

std::string bash_script(CLI::App& app) {
  return R"(# bash completion for vpclab: source <(vpclab completion bash)
_vpclab_files() {  # one a line: names may hold blanks
  local found
  mapfile -t found < <(compgen -d -- "$current"; compgen "$@" -- "$current")
  COMPREPLY+=("${found[@]}")
  compopt -o filenames 2>/dev/null
}
_vpclab() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} verb= word words
  COMPREPLY=()
  case $previous in
)" + bash_values(app) +
         R"(  esac
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case " )" +
         verbs_in_a_row(app) + R"( " in
      *" $word "*) verb=$word; break;;
    esac
  done
  case $verb in
)" + bash_verbs(app) +
         R"(    *) words=")" + verbs_in_a_row(app) + " " + joined(options_of(app)) + R"(";;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [[ -n $verb && $current != -* ]]; then
    _vpclab_files -f -X '!*.yaml'
  fi
}
complete -F _vpclab vpclab
)";
}

std::string zsh_script(CLI::App& app) {
  return "#compdef vpclab\n# zsh completion for vpclab: source <(vpclab completion zsh)\n"
         "autoload -U +X bashcompinit && bashcompinit\n" +
         bash_script(app);
}

/// Text within fish's single quotes.
std::string fish_quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') {
      quoted.push_back('\\');
    }
    quoted.push_back(c);
  }
  return quoted + "'";
}

std::string fish_option(const std::string& condition, const CLI::Option& option) {
  std::string line = "complete -c vpclab" + condition;
  for (const std::string& name : option.get_lnames()) {
    line += " -l " + name;
  }
  for (const std::string& name : option.get_snames()) {
    line += " -s " + name;
  }
  const std::vector<Word> choices = choices_of(option);
  if (!choices.empty()) {
    line += " -x -a " + fish_quoted(joined(choices));
  } else if (option.get_expected_max() > 0) {
    line += " -r";
  }
  return line + " -d " + fish_quoted(option.get_description()) + "\n";
}

std::string fish_script(CLI::App& app) {
  std::string text = "# fish completion for vpclab: vpclab completion fish | source\n";
  for (const CLI::Option* option : app.get_options()) {
    text += fish_option("", *option);
  }
  for (const CLI::App* verb : verbs_of(app)) {
    text += "complete -c vpclab -n __fish_use_subcommand -f -a " + verb->get_name() + " -d " +
            fish_quoted(verb->get_description()) + "\n";
    const std::string condition =
        " -n " + fish_quoted("__fish_seen_subcommand_from " + verb->get_name());
    for (const CLI::Option* option : verb->get_options()) {
      if (!option->get_positional()) {
        text += fish_option(condition, *option);
      } else if (const std::vector<Word> choices = choices_of(*option); !choices.empty()) {
        text += "complete -c vpclab" + condition + " -a " + fish_quoted(joined(choices)) + "\n";
      }
    }
  }
  return text;
}

}  // namespace

void add_completion(CLI::App& app, Invocation& invocation) {
  CLI::App* verb = app.add_subcommand("completion", "Print completion for a shell");
  verb->footer("Example:\n  source <(vpclab completion bash)");
  auto shell = std::make_shared<std::string>();
  verb->add_option("SHELL", *shell, "bash, zsh or fish")
      ->required()
      ->type_name("")
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  verb->callback([&app, &invocation, shell] {
    invocation.execute = [&app, &invocation, shell] {
      std::cout << (*shell == "bash"  ? bash_script(app)
                    : *shell == "zsh" ? zsh_script(app)
                                      : fish_script(app));
      return finish_output(invocation.options.color, ExitCode::kSuccess);
    };
  });
}

}  // namespace vpclab::tools
