# The guard by its own words, in front of a kernel that refuses: what no bench file and no run can
# bring about. Outputs are 0, a load that is on where its line is low, and 1, a supply.
socket=meterbench-guard/spoken
chip=/dev/$(basename "$(readlink -f /run/bench/gpio0/..)")
plain=$(meterbench lines | awk '$2 == "plain" { print $1 }')
for line in 22:up 26:down 30:up 31:up 23:down; do bench pull "${line%:*}" "${line#*:}"; done

trap '' PIPE
start() { # a guard under the refusing kernel
  LD_PRELOAD=/tmp/refuse.so meterbench-guard $socket >/dev/null
} 2>/dev/null
connect() { # talks to it from here on, through descriptor 5 and the file said
  rm -f to said
  mkfifo to
  # Appended, so that what was forgotten stays so.
  talk $socket <to >>said 2>&1 &
  client=$!
  exec 5>to
  expect '^guard [0-9]'
}
tell() { for line in "$@"; do echo "$line" >&5; done; }
has_said() { grep -q -- "$1" said; }
expect() { within 300 has_said "$1" || { not_ok "$about: the guard did not say '$1'" said; return 1; }; }
forget() { : >said; }
leave() { exec 5>&-; wait $client; }
begin() { tell "begin 2000000000" "pause 50000000" "output 0 0 1 26 $chip" "output 1 0 0 22 $chip"; }
doors() { tell "interlock 1 0 0 30 $chip"; }
renewing() { # keeps the lease
  while tell "renew 0" 2>/dev/null; do usleep 300000; done &
  renewer=$!
}
energise() { # from nothing to both outputs on
  begin
  doors
  tell hold
  expect '^held'
  tell "renew 1" "set 2 1 1" "set 3 0 1"
  expect '^done 3'
  renewing
}
rest() { kill $renewer; }

about="a fresh connection"
start &
within 300 [ -n "$(pidof meterbench-guard)" ]
usleep 300000
connect
tell "output 1 0 0 22 $chip" hold "renew 1" "set 2 0 1" status
expect '^refused 0 nothing is configured' && expect '^holding 0 0' \
  && ok "without begin nothing is held and nothing switched" || not_ok "without begin" said
about="hold"
energise
proves "outputs that are told to be on are" is_on
forget
tell hold "get 8 0"
expect '^refused 0 nothing is configured' && expect '^value 8 1' && is_on && load_is_on \
  && ok "hold without begin is refused, and changes nothing" || not_ok "hold without begin" said

about="an interlock"
forget
bench pull 30 down
expect '^interlock 0 1' && within 30 is_safe && ok "an interlock makes safe" || not_ok "an interlock" said
bench pull 30 up
expect '^interlock 0 0'
forget
tell hold "renew 10" "set 11 1 1"
expect '^refused 11 nothing is energised: everything was made safe before' && is_safe \
  && ok "after an interlock neither hold nor renew brings anything back" || not_ok "after an interlock" said
rest

about="configurations"
forget
begin
tell "" hold
expect '^unfit 3 22' && ok "a line that says nothing is refused" || not_ok "a line that says nothing" said
forget
begin
tell "exclude 0 1" hold "renew 20" "set 21 1 1" "set 22 0 1" "set 23 1 0" "set 24 0 1"
expect '^done 21' && expect '^refused 22 nothing is energised: an output that excludes it is on' && expect '^done 24' \
  && ok "of two outputs that exclude one another the guard switches one" || not_ok "an exclusion" said
forget
begin
tell "interlock 1 0 0 31 $chip" hold
expect '^held'
forget
tell "begin 2000000000" status
expect '^holding 2 1'
bench pull 31 down
bench pull 31 up
usleep 100000
begin
doors
tell hold
expect '^held' && ! has_said interlock && ok "while a run configures it hears of no interlock of the one before" \
  || not_ok "an interlock of the run before" said
leave

about="a line that cannot be had"
connect
energise
rest
forget
begin
tell "interlock 1 0 0 99 $chip" hold
expect '^unfit 3 ' && is_safe && ok "a line that cannot be had lets go of no output" || not_ok "unfit" said
forget
tell status
expect '^holding 2 0'
# Nor are outputs forgotten that stand behind it, and are not as they were before.
forget
tell "begin 2000000000" "pause 0" "interlock 1 0 0 99 $chip" "output 0 0 1 26 $chip" "output 1 0 0 22 $chip" \
  "output 1 0 0 24 $chip" hold status
expect '^unfit 1 ' && expect '^holding 3 0' && is_safe && ok "outputs behind a line that cannot be had are held" \
  || not_ok "outputs behind an unfit line" said
leave
usleep 200000
proves "nor does the client that leaves then" is_safe
within 10 false
meterbench lines >lines
holds "they are held" lines 'GPIO22 .*output .*used by meterbench-guard' 'GPIO26 .*output .*used by meterbench-guard'

about="a line that cannot be set"
connect
energise
touch /run/refuse-set
rest
leave
grep -q '^unsafe output [01]: the line cannot be set: Input/output error' said && ok "a client that leaves is told what is not safe" \
  || not_ok "a client that leaves an unsafe bench" said
usleep 300000
proves "outputs that cannot be set are still on" is_on
meterbench guard >out 2>&1
holds "guard: what is not safe" out 'CANNOT make every output safe.*output [01]: the line cannot be set'
# The next run, of the same bench and of another one: nothing is let go, nothing begins.
for lines in "output 1 0 0 22 $chip" "output 1 0 0 24 $chip"; do
  connect
  tell "begin 2000000000" "pause 0" "$lines" hold "renew 1" "set 2 0 1"
  expect '^refused 0 output [01]: the line cannot be set' && is_on && ! reads 24 1 \
    && ok "beside an output that does not get safe no run begins" || not_ok "a run beside an unsafe output" said
  leave
  grep -q '^unsafe output' said && ok "and it is told so once more" || not_ok "the last words" said
done
rm /run/refuse-set
within 40 is_safe && ok "they are safe $took cs after they can be set again" || not_ok "the guard does not try again" out
usleep 200000
meterbench guard >out 2>&1
holds "guard: all is safe again" out 'spoken .* holds 2 outputs at their safe values'

about="an expired lease"
connect
energise
rest
touch /run/refuse-set
expect '^expired' && expect '^unsafe output' && ok "a lease that expired says what is not safe" || not_ok "expired" said
rm /run/refuse-set
within 40 is_safe && ok "and is safe $took cs after it can be" || not_ok "expired: not safe" said
leave
# With no load on the way to safety has no pause.
for cause in expired interlock; do
  connect
  begin
  doors
  tell hold "renew 1" "set 2 1 1"
  expect '^done 2'
  touch /run/refuse-set
  if [ $cause = interlock ]; then
    renewing
    bench pull 30 down
  fi
  expect "^$cause" && expect '^unsafe output' && ok "$cause with a supply alone says what is not safe" \
    || not_ok "$cause with a supply alone" said
  rm /run/refuse-set
  within 40 is_safe || not_ok "$cause: not safe" said
  if [ $cause = interlock ]; then
    rest
    bench pull 30 up
  fi
  leave
done

about="a client that does not read"
connect
begin
tell "read-back 0 0 23 $chip" hold "renew 1" "set 2 1 1"
expect '^done 2'
renewing
kill -STOP $client
n=0
while is_on && [ $n -lt 3000 ]; do
  bench pull 23 up
  bench pull 23 down
  n=$((n + 1))
done
proves "a client that does not read is cut off, and all is safe" is_safe
kill -CONT $client
wait $client && ok "it is hung up on" || not_ok "it is not hung up on" said
rest
exec 5>&-

about="edges that cannot be read"
connect
energise
touch /run/refuse-edges
forget
# When the guard looks it is closed again: its level says that all is well.
kill -STOP "$(pidof meterbench-guard)"
bench pull 30 down
bench pull 30 up
kill -CONT "$(pidof meterbench-guard)"
expect '^interlock 0 1' && within 30 is_safe && ok "an interlock whose edges cannot be read is open" \
  || not_ok "an interlock whose edges cannot be read" said
rm /run/refuse-edges
rest
forget
energise
bench pull 30 down
expect '^interlock 0 1' && within 30 is_safe && ok "the next run hears it again" || not_ok "an interlock is never heard again" said
bench pull 30 up
rest
leave

about="read-backs"
connect
begin
tell "read-back 0 0 23 $chip" "read-back 0 0 1 $plain" hold "renew 40" "set 41 1 1"
expect '^done 41'
renewing
bench pull 23 up
expect '^read-back 0 1 [0-9]' && ok "a read-back that changes is told" || not_ok "a read-back" said
forget
bench pull 23 down
bench pull 23 up
tell "get 42 0"
expect '^value 42 1'
[ "$(sed -n 's/^\(read-back 0 [01]\|value 42 1\).*/\1/p' said | tr '\n' ,)" = "read-back 0 0,read-back 0 1,value 42 1," ] \
  && ok "one that falls off for a moment is told before the next answer" || not_ok "a read-back for a moment" said
echo 2 >/sys/module/plain_gpio/parameters/levels
expect '^read-back 1 1 [0-9]' && ok "so is one of a chip without edges" || not_ok "a read-back without edges" said
echo 0 >/sys/module/plain_gpio/parameters/levels
expect '^read-back 1 0 [0-9]'
rest
leave
meterbench guard --release spoken >out 2>&1
[ -z "$(pidof meterbench-guard)" ] && ok "the guard ends when it is told to" || not_ok "the guard does not end" out
