# The tools of the tests of the template, installed once for each list of requirements.

python_tools() { # folder, requirements…
  local folder=$1 wanted="${*:2}"
  [[ "$(cat "$folder/.wanted" 2>/dev/null)" == "$wanted" ]] && return
  python3 -m venv "$folder" && "$folder/bin/pip" install --quiet --disable-pip-version-check "${@:2}" \
    && echo "$wanted" >"$folder/.wanted"
}
