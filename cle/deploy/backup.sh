#!/bin/sh
# One back-up a night, by `manage.py backup`; those older than BACKUP_DAYS (30) are deleted once a newer one is whole.
#   backup.sh once          now, for a timer
#   backup.sh nightly       each night at BACKUP_AT (UTC, 22:30), for a container
# BACKUP_FOLDER is where they are kept: copy it to another machine, and FIELD_KEYS apart from it.
set -eu
umask 077
folder=${BACKUP_FOLDER:-/var/backups/cle}
days=${BACKUP_DAYS:-30}
python=${PYTHON:-python}

once() {
  mkdir -p "$folder"
  name="$folder/cle-$(date -u +%Y%m%dT%H%M%SZ).backup"
  # shellcheck disable=SC2086
  $python manage.py backup "$name" --quiet ${BACKUP_OPTIONS:-}
  find "$folder" -name 'cle-*.backup' -mtime "+$days" -delete
  find "$folder" -name '.cle-*.part' -mmin +1440 -delete  # of one that was killed
}

# Seconds until the clock next shows BACKUP_AT. 1 in front: 08 and 09 would be read as octal.
wait_for() {
  at=${BACKUP_AT:-22:30}
  then=$(( (1${at%:*} - 100) * 3600 + (1${at#*:} - 100) * 60 ))
  now=$(( $(date -u +%s) % 86400 ))
  echo $(( (then - now + 86399) % 86400 + 1 ))
}

case ${1:-once} in
  once) once ;;
  nightly)
    while :; do
      sleep "$(wait_for)" &
      wait $!
      once || echo "the back-up failed; the next try is tomorrow" >&2
    done ;;
  wait) wait_for ;;
  *) echo "usage: backup.sh once|nightly" >&2; exit 2 ;;
esac
