#!/bin/sh
# Who only has an order gets no newsletter, whoever asks for it.
. "$(dirname "$0")/../start.sh"
habeas subject create email=ben@example.org first_name=Ben

say "News is refused when it is to be queued; about the order he is told."
habeas decide email:ben@example.org newsletter email || test $? = 1
habeas outbox queue email:ben@example.org news --key news/1 --data '{"books": "12"}' || test $? = 1
habeas outbox queue email:ben@example.org shipped --key order/77 --data '{"order": "77"}'
habeas outbox run --folder mail
habeas outbox list
