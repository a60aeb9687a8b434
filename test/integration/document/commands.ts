/** A request of the customer's API specification: its curl line as printed there, with what it must answer. */
export interface DocumentedRequest {
  readonly route: string;
  /** `IP` stands for the control machine; addresses are those of the example, 10.10.101.180 to .199. */
  readonly line: string;
  readonly status: number;
  readonly contentType: string;
}

const JSON_TYPE = 'application/json;charset=utf-8';
const TEXT_TYPE = 'html/text; charset=utf-8';

export const CONFIGURATION = `{
  "components":{
    "haproxy":["10.10.101.181"],
    "nats":["10.10.101.182", "10.10.101.183"],
    "nfs_server":["10.10.101.184"],
    "database":["10.10.101.185"],
    "cloud_controller_ng":["10.10.101.186","10.10.101.187"],
    "etcd":["10.10.101.188"],
    "uaa":["10.10.101.189","10.10.101.190","10.10.101.191"],
    "login":["10.10.101.192"],
    "hm9000":["10.10.101.193","10.10.101.194"],
    "loggregator":["10.10.101.195"],
    "collector":["10.10.101.196"],
    "syslog_aggregator":["10.10.101.197"],
    "gorouter":["10.10.101.198"],
    "dea":["10.10.101.199"]
  },
  "properties":{
    "domain":"cf.local",
    "disksize":15,
    "checkdisk":1,
    "adduser":1,
    "user":"vcap",
    "password":"password",
    "root":"123456",
    "home":"10.10.101.180"
  }
}`;

/** With a line break after `-d`, as printed; the shell needs the backslash. */
export const POST_CONFIG: DocumentedRequest = {
  route: 'POST /config',
  line: `curl http://IP:50000/deployment-engine/config -X POST -d \\\n'${CONFIGURATION}'`,
  status: 201,
  contentType: JSON_TYPE,
};

export const DEPLOY: DocumentedRequest = {
  route: 'GET /deploy',
  line: 'curl http://IP:50000/deployment-engine/deploy -X GET',
  status: 202,
  contentType: JSON_TYPE,
};

export const STATUS: DocumentedRequest = {
  route: 'GET /status',
  line: 'curl http://IP:50000/deployment-engine/status -X GET',
  status: 200,
  contentType: JSON_TYPE,
};

/** What a client asks of a cluster that is deployed; in an order in which each finds what it needs. */
export const AFTERWARDS: readonly DocumentedRequest[] = [
  {
    route: 'GET /config',
    line: 'curl http://IP:50000/deployment-engine/config -X GET',
    status: 200,
    contentType: JSON_TYPE,
  },
  STATUS,
  {
    route: 'GET /hardware',
    line: `curl http://IP:50000/deployment-engine/hardware -X GET -d '{ "Comp": "nats", "Ip": "10.10.101.183" }'`,
    status: 200,
    contentType: JSON_TYPE,
  },
  {
    route: 'GET /download',
    line: 'curl http://IP:50000/deployment-engine/download -X GET',
    status: 200,
    contentType: TEXT_TYPE,
  },
  {
    route: 'PUT /download',
    line: `curl http://IP:50000/deployment-engine/download -X PUT -d 'local.log'`,
    status: 200,
    contentType: TEXT_TYPE,
  },
  // Its closing quote is missing in print.
  {
    route: 'PUT /restart',
    line: `curl http://IP:50000/deployment-engine/restart -X PUT -d '{ "Comp":"nats","Ip":"10.10.101.183"}'`,
    status: 200,
    contentType: JSON_TYPE,
  },
  {
    route: 'PUT /stop',
    line: `curl http://IP:50000/deployment-engine/stop -X PUT -d '{ "Comp": "nats", "Ip": "10.10.101.183" }'`,
    status: 200,
    contentType: JSON_TYPE,
  },
  // Named by the specification without a curl line of its own.
  {
    route: 'GET /restart',
    line: `curl http://IP:50000/deployment-engine/restart -X GET -d '{ "name":"nats","Ip":"10.10.101.183"}'`,
    status: 200,
    contentType: JSON_TYPE,
  },
  {
    route: 'GET /stop',
    line: `curl http://IP:50000/deployment-engine/stop -X GET -d '{ "name":"all","Ip":"0.0.0.0"}'`,
    status: 200,
    contentType: JSON_TYPE,
  },
];
