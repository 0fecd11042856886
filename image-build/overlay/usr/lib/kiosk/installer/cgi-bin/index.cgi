#!/bin/sh
# The installer's page. It depends on the state: choose a disk, confirm, progress, done with the device's id, or why it failed.
set -eu
at=/run/kiosk-install
state=$(cat $at/state)
# Keeps only harmless characters: the names that disks and boards report may contain HTML.
text() { printf '%s' "$1" | tr -cd 'A-Za-z0-9 ._()-' | cut -c1-60; }
fact() { said=$(cat "$1" 2>/dev/null || true); text "${said:--}"; }

# The names of the whole disks, without the stick.
disks() {
  for d in /sys/block/*; do
    n=${d##*/}
    case "$n" in loop* | ram* | dm-* | sr* | zram* | fd* | mmcblk*boot*) continue ;; esac
    [ "$n" != "$(cat /run/kiosk/disk)" ] && [ "$(cat "$d/size")" -gt 0 ] && [ "$(cat "$d/ro")" = 0 ] && echo "$n"
  done
}
describe() {
  d=/sys/block/$1
  model=$(fact "$d/device/model") serial=$(fact "$d/device/serial")
  [ "$serial" != - ] || serial=$(fact "$d/serial")
  printf '<b>%s</b> %s GB<br>型番 / Model: %s<br>製造番号 / Serial: %s' "$1" $(($(cat "$d/size") / 1953125)) "$model" "$serial"
}

asked=""
if [ "${REQUEST_METHOD:-GET}" = POST ]; then
  form=$(head -c "${CONTENT_LENGTH:-0}")
  case "$form" in off=1) case "$state" in writing | verifying) ;; *) systemctl --no-block poweroff ;; esac ;; esac
  for n in $(disks); do
    case "$form" in
      "disk=$n") asked=$n ;;
      "disk=$n&sure=1") [ "$state" != choose ] && [ "$state" != failed ] || { echo writing >$at/state; echo "$n" >$at/.order; mv $at/.order $at/order; state=writing; } ;;
    esac
  done
fi

printf 'Content-Type: text/html; charset=utf-8\r\nCache-Control: no-store\r\n\r\n'
printf '<!doctype html><html lang="ja"><title>Kiosk installer</title>'
case "$state" in writing | verifying) printf '<meta http-equiv="refresh" content="3;url=/">' ;; esac
cat /usr/lib/kiosk/installer/style.html
printf '<p class="box">機種 / Model: <b>%s</b>　製造番号 / Serial: <b>%s</b></p>' "$(fact /sys/class/dmi/id/product_name)" "$(fact /sys/class/dmi/id/product_serial)"
button() { printf '<form method="post" action="/cgi-bin/index.cgi"><button class="%s" name="%s" value="1">%s</button></form>' "$1" "$2" "$3"; }

case "$state:$asked" in
  choose: | failed:)
    [ "$state" = choose ] || printf '<h1>書き込めませんでした</h1><p class="bad">Failed: %s</p>' "$(text "$(cat $at/why)")"
    [ "$state" != choose ] || printf '<h1>どのディスクに入れますか</h1><p>次の画面で確認するまで、何も書き込みません。</p><p class="en">Onto which disk? Nothing is written before you confirm.</p>'
    n=""
    for n in $(disks); do
      printf '<form method="post" action="/cgi-bin/index.cgi"><input type="hidden" name="disk" value="%s"><button class="disk">%s</button></form>' "$n" "$(describe "$n")"
    done
    [ -n "$n" ] || printf '<p class="bad">書き込めるディスクがありません。<br>No disk found but this stick.</p>'
    ;;
  choose:* | failed:*)
    printf '<h1>このディスクの内容は、すべて消えます</h1><p class="en">Everything on this disk will be erased.</p><p class="box">%s</p>' "$(describe "$asked")"
    printf '<form method="post" action="/cgi-bin/index.cgi"><input type="hidden" name="disk" value="%s"><button class="go" name="sure" value="1">消去して書き込む<br><small>Erase and write</small></button></form>' "$asked"
    printf '<form action="/"><button>戻る<br><small>Back</small></button></form>'
    ;;
  writing:*)
    printf '<h1>書き込んでいます</h1><p>電源を切らないでください。</p><p class="en">Writing. Do not switch off.</p><progress max="100" value="%s"></progress>' "$(cut -d' ' -f2 $at/progress 2>/dev/null || echo 0)" ;;
  verifying:*) printf '<h1>読み直して、比べています</h1><p class="en">Reading back and comparing.</p><progress></progress>' ;;
  done:*)
    id=$(/usr/lib/kiosk/device-id) || id=""
    printf '<h1>完了しました</h1><p>電源を切り、USBメモリを抜いてから、電源を入れます。</p><p class="en">Written and compared. Switch off, pull the stick, switch on.</p>'
    [ -z "$id" ] || { printf '<p class="id">%s</p>' "$id"; qrencode -t SVG -s 6 -m 2 --inline -o - "$id"; }
    button "" off '電源を切る<br><small>Switch off</small>'
    ;;
esac
printf '</html>\n'
