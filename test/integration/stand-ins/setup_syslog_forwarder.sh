#!/bin/sh
# Stands in for the script that hands a job's forwarding rules to the node's rsyslog.
mkdir -p /var/vcap/sys/rsyslog/buffered /etc/rsyslog.d
chown -R syslog:adm /var/vcap/sys/rsyslog/buffered
cp "$1/syslog_forwarder.conf" /etc/rsyslog.d/00-syslog_forwarder.conf
service rsyslog restart
