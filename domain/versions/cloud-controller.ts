import { below, type ClusterFacts, type PropertyTable, secret, url } from './property-table.ts';

const blobs = (kind: string) => (cluster: ClusterFacts) => `${cluster.domain}-cc-${kind}`;

/** The cloud controller's own settings, to stand below the name that a version looks under. */
export const CLOUD_CONTROLLER: PropertyTable = {
  srv_api_uri: url('api'),
  bulk_api_password: secret('cc_bulk_api_password'),
  staging_upload_user: 'staging_upload_user',
  staging_upload_password: secret('cc_staging_upload_password'),
  db_encryption_key: secret('cc_db_encryption_key'),
  default_quota_definition: 'default',
  ...below('quota_definitions.default', {
    memory_limit: 10_240,
    total_services: 100,
    non_basic_services_allowed: true,
    total_routes: 1000,
  }),
  'resource_pool.resource_directory_key': blobs('resources'),
  'packages.app_package_directory_key': blobs('packages'),
  'droplets.droplet_directory_key': blobs('droplets'),
  'buildpacks.buildpack_directory_key': blobs('buildpacks'),
};

/** `install_buildpacks`: each language's package becomes a buildpack of its name. */
export const buildpacks = (...languages: readonly string[]) =>
  languages.map((language) => ({ name: `${language}_buildpack`, package: `buildpack_${language}` }));
