/**
 * What a shell has to be told once so that it asks robin for completions. Text; knows each shell's own way with words, files and
 * other programs' command lines, and nothing that robin could be asked.
 *
 * Nothing that robin answers is evaluated. `command robin` is the one of PATH: a word of the command line is not run, nor an alias.
 */

export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

/** Bash 3.2 has neither compopt nor COMP_TYPE: it gets file names where nothing fits, and no descriptions. */
const BASH = `# Completion of robin for bash. It asks robin itself: robin completion bash --words.

_robin() {
  local line word want= start= blank= i n=-1
  local -a words at how
  COMPREPLY=()
  # Bash cuts words at = and : and others. What no blank stands between is one.
  line=\${COMP_LINE:0:COMP_POINT}
  for ((i = 0; i <= COMP_CWORD; i++)); do
    blank=\${line%%[![:space:]]*}
    line=\${line#"$blank"}
    word=\${COMP_WORDS[i]}
    # The last one ends at the cursor.
    if ((i == COMP_CWORD)); then word=$line; fi
    if ((i == 0)) || [[ -n $blank ]]; then
      words[++n]=$word
      at[n]=$i
    else
      words[n]=\${words[n]}$word
    fi
    line=\${line#"$word"}
  done
  case \${COMP_TYPE-} in
    33 | 63 | 64) how=("--columns=\${COLUMNS:-80}") ;;
  esac
  while IFS= read -r line; do
    case $line in
      $'\\tcommand '*) want=command start=\${line##*[!0-9]} ;;
      $'\\t'*) want=\${line#$'\\t'} ;;
      *) COMPREPLY[\${#COMPREPLY[@]}]=$line ;;
    esac
  done < <(command robin completion bash --words "--breaks=$COMP_WORDBREAKS" \${how[@]+"\${how[@]}"} \\
    -- "\${words[@]:1}" 2>/dev/null </dev/null)
  case $want in
    files) _robin_option -o default +o nospace ;;
    directories) _robin_option -o dirnames -o filenames +o nospace ;;
    command) _robin_command "\${at[start + 1]}" ;;
  esac
}

_robin_option() {
  type compopt >/dev/null 2>&1 && compopt "$@"
}

# Another program's command line, which begins with the word $1.
_robin_command() {
  local line
  _robin_option +o nospace
  if declare -F _comp_command_offset >/dev/null; then
    _comp_command_offset "$1"
  elif declare -F _command_offset >/dev/null; then
    _command_offset "$1"
  elif (($1 == COMP_CWORD)); then
    while IFS= read -r line; do
      COMPREPLY[\${#COMPREPLY[@]}]=$line
    done < <(compgen -c -- "\${COMP_WORDS[COMP_CWORD]}" | sort -u)
  else
    _robin_option -o default
  fi
}

if type compopt >/dev/null 2>&1; then
  complete -o nospace -F _robin robin
else
  complete -o nospace -o default -F _robin robin
fi
`;

const ZSH = `#compdef robin
# Completion of robin for zsh. It asks robin itself: robin completion zsh --words.

_robin() {
  local line word prefix= want= from= ret=1
  local -a lines fields before expl rows whole whole_shown open open_shown
  (( CURRENT > 2 )) && before=("\${(@Q)words[2,CURRENT-1]}")
  lines=("\${(@f)$(command robin completion zsh --words "--columns=\${COLUMNS:-80}" \\
    -- "\${before[@]}" "\${(Q)PREFIX}" 2>/dev/null </dev/null)}")
  for line in "\${lines[@]}"; do
    case $line in
      ($'\\tprefix '*) prefix=\${line#$'\\tprefix '} ;;
      ($'\\tcommand '*) want=command from=\${line##*[!0-9]} ;;
      ($'\\t'*) want=\${line#$'\\t'} ;;
      (?*)
        fields=("\${(@ps:\\t:)line}")
        [[ \${fields[2]} == "\${fields[1]}" ]] || rows=(-l)
        if [[ \${fields[3]} == + ]]; then
          open+=("\${fields[1]}") open_shown+=("\${fields[2]}")
        else
          whole+=("\${fields[1]}") whole_shown+=("\${fields[2]}")
        fi
        ;;
    esac
  done
  case $want in
    (command)
      shift $((from + 1)) words
      ((CURRENT -= from + 1))
      _normal
      return
      ;;
    (files | directories)
      [[ -n $prefix ]] && compset -P 1 '*='
      if [[ $want == files ]]; then _files; else _files -/; fi
      return
      ;;
  esac
  _description -V words expl 'port, option or value'
  (( $#whole )) && compadd "\${expl[@]}" "\${rows[@]}" -d whole_shown -p "$prefix" -a whole && ret=0
  (( $#open )) && compadd "\${expl[@]}" "\${rows[@]}" -d open_shown -p "$prefix" -S '' -a open && ret=0
  return ret
}

# Run where it was found by its file's name, else make it known.
if [[ \${funcstack[1]-} == _robin ]]; then
  _robin "$@"
elif (( \${+functions[compdef]} )); then
  compdef _robin robin
fi
`;

const FISH = `# Completion of robin for fish. It asks robin itself: robin completion fish --words.

function __robin_words
    set -l before (commandline -opc)
    set -e before[1]
    set -l raw (commandline -ct)
    set -l typed (string unescape -- "$raw")
    or set typed (string replace -r '^["\\']' '' -- "$raw")
    for line in (command robin completion fish --words -- $before "$typed" 2>/dev/null </dev/null)
        switch $line
            case \\tfiles \\tdirectories
                # What stands behind --log= is a path too.
                set -l option (string match -r -- '^--?[^=]*=' $raw)
                set -l path (string replace -r -- '^--?[^=]*=' '' "$raw")
                set -l found (complete -C "'' $path")
                test $line = \\tdirectories
                and set found (string match -r -- '.*/(?:\\t.*)?$' $found)
                printf "%s\\n" "$option"$found
            case \\tcommand\\ \\*
                set -l from (string match -r -- '[0-9]+$' $line)
                and complete -C (string join -- ' ' (string escape -- $before[(math $from + 1)..-1]) "$raw")
            case '*'
                printf "%s\\n" $line
        end
    end
end

complete -c robin -e
complete -c robin -f -k -a '(__robin_words)'
`;

const SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH };

/** For `source`, or for the place where the shell looks for it. */
export function completionScript(shell: Shell): string {
  return SCRIPTS[shell];
}
