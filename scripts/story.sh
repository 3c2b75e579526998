# Shared by the stories in this folder, which source it. A story runs twice: first to start
# the emulator around itself, then inside it, where the variables point at the emulator.
# shellcheck shell=sh

root=$(cd "$(dirname "$0")/.." && pwd)

# Starts the emulator with the arguments, and this script in it. Does not return.
around() {
  for cli in terraform tofu; do
    if command -v "$cli" >/dev/null 2>&1; then break; fi
    cli=
  done
  if [ -z "$cli" ]; then
    echo "No terraform or tofu is on PATH: building OpenTofu, which takes some minutes."
    make -C "$root" --no-print-directory bin/tofu
    cli=$root/bin/tofu
  fi
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  "$root/bin/azureml-emulator" exec -data "$work/azure.json" -log "$work/azure.log" "$@" -- "$0" story "$cli" "$work"
  exit
}

# Takes the arguments that around passes.
inside() {
  cli=$2 work=$3
  export TF_CLI_CONFIG_FILE=/dev/null TF_IN_AUTOMATION=1 CHECKPOINT_DISABLE=1
  export TF_VAR_workspace_id="$AZUREML_EMULATOR_WORKSPACE_ID"
  case $(basename "$cli") in tofu) host=registry.opentofu.org ;; *) host=registry.terraform.io ;; esac
}

say() { printf '\n\033[1m# %s\033[0m\n' "$*"; }

run() {
  printf '\033[2m$ %s\033[0m\n' "$(basename "$cli") $*"
  "$cli" "$@"
}

fail() {
  echo "$(basename "$0"): $*" >&2
  exit 1
}

# Initialises the current directory. The provider is in the configuration's own plugin
# directory, so init skips the registry.
init() {
  plugins=terraform.d/plugins/$host/terraform-provider-azureml/azureml/0.1.0/$(go env GOOS)_$(go env GOARCH)
  mkdir -p "$plugins"
  cp "$root/bin/terraform-provider-azureml" "$plugins/"
  "$cli" init -input=false >"$work/init.log" || {
    cat "$work/init.log"
    fail "init failed"
  }
}
