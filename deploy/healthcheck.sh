#!/usr/bin/env bash
# healthcheck PORT: succeeds when a service of ours answers /health on this machine. The runtime image has bash, and no curl.
set -euo pipefail
port=${1:?"usage: healthcheck PORT"}
exec 3<>"/dev/tcp/127.0.0.1/$port"
printf 'GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
answer=$(timeout 2 cat <&3)
[[ $answer == "HTTP/1.1 200 "* ]]
