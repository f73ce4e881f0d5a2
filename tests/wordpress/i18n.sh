#!/bin/sh
# usage: i18n.sh [--check]: writes languages/habeas.pot anew, merges it into the German file;
# --check: fails where a text has no German words or the template is not current.
set -eu
cd "$(dirname "$0")/../../examples/wordpress/habeas"
pot=$(mktemp)
xgettext --language=PHP --from-code=UTF-8 --no-location --sort-output --package-name=habeas --add-comments=translators \
    --keyword=__ --keyword=_n:1,2 --keyword=esc_html__ --keyword=esc_attr__ -o - habeas.php includes/*.php |
    sed -e '/^"POT-Creation-Date/d' -e 's/CHARSET/UTF-8/' >"$pot"
if [ "${1:-}" = --check ]; then
    cmp -s "$pot" languages/habeas.pot || { echo "languages/habeas.pot is old: sh tests/wordpress/i18n.sh"; exit 1; }
    said=$(LC_ALL=C msgfmt --check --statistics -o /dev/null languages/habeas-de_DE.po 2>&1)
    echo "$said"
    case $said in *untranslated* | *fuzzy*) exit 1 ;; esac
    exit 0
fi
cp "$pot" languages/habeas.pot
if [ -f languages/habeas-de_DE.po ]; then msgmerge -q --no-fuzzy-matching --update --backup=none languages/habeas-de_DE.po languages/habeas.pot; fi
