/**
 * For each job of a cf-release the packages it needs in the order nise-bosh installs them, as computed from the release
 * files themselves; a package that is only pulled in by another one is among them.
 */
export const CLOSURES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '160': {
    haproxy: 'haproxy, libyaml, ruby, syslog_aggregator',
    nats: 'common, golang, gnatsd, libyaml, ruby, nats, syslog_aggregator',
    nats_stream_forwarder: 'common, libyaml, ruby, nats, syslog_aggregator',
    debian_nfs_server: 'common, debian_nfs_server',
    postgres: 'common, postgres',
    cloud_controller_ng:
      'common, libpq, mysqlclient, sqlite, libyaml, ruby, cloud_controller_ng, nginx, syslog_aggregator',
    etcd: 'common, golang, git, etcd',
    uaa: 'common, libyaml, ruby, syslog_aggregator, uaa',
    login: 'common, libyaml, ruby, syslog_aggregator, login, git',
    hm9000: 'common, golang, git, hm9000, libyaml, ruby, syslog_aggregator',
    loggregator: 'common, golang, loggregator, libyaml, ruby, syslog_aggregator',
    collector: 'common, libyaml, ruby, collector, syslog_aggregator',
    loggregator_trafficcontroller: 'common, golang, loggregator_trafficcontroller, libyaml, ruby, syslog_aggregator',
    syslog_aggregator: 'common, libyaml, ruby, syslog_aggregator',
    gorouter: 'common, golang, gorouter, libyaml, ruby, syslog_aggregator',
    dea_next: 'common, libyaml, ruby, golang, dea_next, warden, rootfs_lucid64, syslog_aggregator, buildpack_cache',
    dea_logging_agent: 'common, golang, dea_logging_agent, libyaml, ruby, syslog_aggregator',
  },
  '170': {
    haproxy: 'haproxy, ruby, syslog_aggregator',
    nats: 'common, golang, gnatsd, ruby, syslog_aggregator',
    nats_stream_forwarder: 'common, ruby, nats, syslog_aggregator',
    debian_nfs_server: 'common, debian_nfs_server',
    postgres: 'common, postgres',
    cloud_controller_ng:
      'common, libpq, mysqlclient, sqlite, ruby, cloud_controller_ng, nginx, nginx_newrelic_plugin, syslog_aggregator, buildpack_java, buildpack_java_offline, buildpack_ruby, buildpack_nodejs, buildpack_go',
    cloud_controller_worker:
      'common, libpq, mysqlclient, sqlite, ruby, cloud_controller_ng, nginx, nginx_newrelic_plugin, syslog_aggregator, buildpack_java, buildpack_java_offline, buildpack_ruby, buildpack_nodejs, buildpack_go',
    cloud_controller_clock:
      'common, libpq, mysqlclient, sqlite, ruby, cloud_controller_ng, nginx, nginx_newrelic_plugin, syslog_aggregator, buildpack_java, buildpack_java_offline, buildpack_ruby, buildpack_nodejs, buildpack_go',
    etcd: 'common, golang, git, etcd',
    etcd_metrics_server: 'common, golang, etcd_metrics_server',
    uaa: 'common, ruby, syslog_aggregator, uaa',
    login: 'common, ruby, syslog_aggregator, login, git',
    hm9000: 'common, golang, git, hm9000, ruby, syslog_aggregator',
    loggregator: 'common, golang, loggregator, ruby, syslog_aggregator',
    loggregator_trafficcontroller: 'common, golang, loggregator_trafficcontroller, ruby, syslog_aggregator',
    collector: 'common, ruby, collector, syslog_aggregator',
    syslog_aggregator: 'common, ruby, syslog_aggregator',
    gorouter: 'common, golang, gorouter, ruby, syslog_aggregator',
    dea_next: 'common, ruby, golang, dea_next, warden, rootfs_lucid64, syslog_aggregator, buildpack_cache',
    dea_logging_agent: 'common, golang, dea_logging_agent, ruby, syslog_aggregator',
  },
  '194': {
    haproxy: 'haproxy',
    metron_agent: 'common, golang1.3, metron_agent',
    nats: 'common, golang1.3, gnatsd',
    nats_stream_forwarder: 'common, ruby, nats',
    debian_nfs_server: 'common, debian_nfs_server',
    postgres: 'common, postgres',
    cloud_controller_ng:
      'common, libpq, mysqlclient, sqlite, ruby-2.1.4, cloud_controller_ng, nginx, nginx_newrelic_plugin, buildpack_java, buildpack_java_offline, buildpack_ruby, buildpack_nodejs, buildpack_go, buildpack_python, buildpack_php',
    cloud_controller_worker:
      'common, libpq, mysqlclient, sqlite, ruby-2.1.4, cloud_controller_ng, nginx, nginx_newrelic_plugin',
    cloud_controller_clock:
      'common, libpq, mysqlclient, sqlite, ruby-2.1.4, cloud_controller_ng, nginx, nginx_newrelic_plugin',
    nfs_mounter: 'common',
    etcd: 'common, golang1.3, git, etcd',
    etcd_metrics_server: 'common, golang1.3, etcd_metrics_server',
    uaa: 'common, ruby, uaa',
    login: 'common, ruby, login, git',
    hm9000: 'common, golang1.3, git, hm9000',
    doppler: 'common, golang1.3, doppler',
    loggregator_trafficcontroller: 'common, golang1.3, loggregator_trafficcontroller',
    collector: 'common, ruby, collector',
    gorouter: 'common, golang1.3, gorouter',
    dea_next: 'common, ruby, golang1.3, dea_next, warden, rootfs_lucid64, buildpack_cache',
    dea_logging_agent: 'common, golang1.3, dea_logging_agent',
  },
};
