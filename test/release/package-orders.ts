import type { ComponentName } from '../../domain/components.ts';

type PackageOrders = Readonly<Partial<Record<ComponentName, string>>>;

/** The packages of a component's jobs in the order that nise-bosh installs them, by cf-release version. */
export const PACKAGE_ORDERS: Readonly<Record<string, PackageOrders>> = {
  160: {
    haproxy: 'haproxy, libyaml, ruby, syslog_aggregator',
    nats: 'common, golang, gnatsd, libyaml, ruby, nats, syslog_aggregator',
    nfs_server: 'common, debian_nfs_server',
    database: 'common, postgres',
    cloud_controller_ng:
      'common, libpq, mysqlclient, sqlite, libyaml, ruby, cloud_controller_ng, nginx, syslog_aggregator',
    etcd: 'common, golang, git, etcd',
    uaa: 'common, libyaml, ruby, syslog_aggregator, uaa',
    login: 'common, libyaml, ruby, syslog_aggregator, login, git',
    hm9000: 'common, golang, git, hm9000, libyaml, ruby, syslog_aggregator',
    loggregator: 'common, golang, loggregator, libyaml, ruby, syslog_aggregator',
    collector: 'common, libyaml, ruby, collector, syslog_aggregator, golang, loggregator_trafficcontroller',
    syslog_aggregator: 'common, libyaml, ruby, syslog_aggregator',
    gorouter: 'common, golang, gorouter, libyaml, ruby, syslog_aggregator',
    dea:
      'common, libyaml, ruby, golang, dea_next, warden, rootfs_lucid64, syslog_aggregator, buildpack_cache, ' +
      'dea_logging_agent',
  },
  170: {
    haproxy: 'haproxy, ruby, syslog_aggregator',
    nats: 'common, golang, gnatsd, ruby, syslog_aggregator, nats',
    nfs_server: 'common, debian_nfs_server',
    database: 'common, postgres',
    cloud_controller_ng:
      'common, libpq, mysqlclient, sqlite, ruby, cloud_controller_ng, nginx, nginx_newrelic_plugin, syslog_aggregator, ' +
      'buildpack_java, buildpack_java_offline, buildpack_ruby, buildpack_nodejs, buildpack_go',
    etcd: 'common, golang, git, etcd, etcd_metrics_server',
    uaa: 'common, ruby, syslog_aggregator, uaa',
    login: 'common, ruby, syslog_aggregator, login, git',
    hm9000: 'common, golang, git, hm9000, ruby, syslog_aggregator',
    loggregator: 'common, golang, loggregator, ruby, syslog_aggregator, loggregator_trafficcontroller',
    collector: 'common, ruby, collector, syslog_aggregator',
    syslog_aggregator: 'common, ruby, syslog_aggregator',
    gorouter: 'common, golang, gorouter, ruby, syslog_aggregator',
    dea: 'common, ruby, golang, dea_next, warden, rootfs_lucid64, syslog_aggregator, buildpack_cache, dea_logging_agent',
  },
  194: {
    haproxy: 'haproxy, common, golang1.3, metron_agent',
    nats: 'common, golang1.3, gnatsd, ruby, nats, metron_agent',
    nfs_server: 'common, debian_nfs_server, golang1.3, metron_agent',
    database: 'common, postgres, golang1.3, metron_agent',
    cloud_controller_ng:
      'common, libpq, mysqlclient, sqlite, ruby-2.1.4, cloud_controller_ng, nginx, nginx_newrelic_plugin, ' +
      'buildpack_java, buildpack_java_offline, buildpack_ruby, buildpack_nodejs, buildpack_go, buildpack_python, ' +
      'buildpack_php, golang1.3, metron_agent',
    etcd: 'common, golang1.3, git, etcd, etcd_metrics_server, metron_agent',
    uaa: 'common, ruby, uaa, golang1.3, metron_agent',
    login: 'common, ruby, login, git, golang1.3, metron_agent',
    hm9000: 'common, golang1.3, git, hm9000, metron_agent',
    loggregator: 'common, golang1.3, doppler, loggregator_trafficcontroller',
    collector: 'common, ruby, collector, golang1.3, metron_agent',
    syslog_aggregator: '',
    gorouter: 'common, golang1.3, gorouter, metron_agent',
    dea: 'common, ruby, golang1.3, dea_next, warden, rootfs_lucid64, buildpack_cache, dea_logging_agent, metron_agent',
  },
};
