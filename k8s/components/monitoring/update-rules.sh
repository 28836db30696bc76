#!/usr/bin/env bash
# Puts the groups of deploy/prometheus/rules.yml into the object that the Prometheus operator reads; a test compares them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
{
    printf 'apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata:\n  name: alexnet\n  namespace: alexnet\n  labels:\n    app.kubernetes.io/part-of: alexnet\n    release: kube-prometheus-stack\nspec:\n'
    sed 's/^\(.\)/  \1/' ../../../deploy/prometheus/rules.yml
} >rules.yaml
