require 'optparse'
require 'tmpdir'

module NiseBosh
  # The command line as a value: {:mode, :arguments, ...}.
  class Options
    # mode => how many arguments it takes
    ARGUMENTS = {
      :job => 3..3, :packages => 2..10_000, :archive => 2..4, :release_file => 1..1, :pack => 2..3, :unpack => 3..3
    }

    def self.usage
      new.parser.to_s
    end

    def initialize
      @values = {
        :mode => :job,
        :root => '/var/vcap',
        :working_folder => File.join(Dir.tmpdir, 'nise_bosh'),
        :index => 0,
        :dependencies => true,
        :idle => []
      }
    end

    # Throws Error.
    def parse(words)
      arguments = parser.parse(words)
      raise Error, 'Arguments number error!' unless ARGUMENTS[@values[:mode]].include?(arguments.size)
      @values.merge(:arguments => arguments)
    rescue OptionParser::ParseError => error
      raise Error, error.message
    end

    def parser
      @parser ||= OptionParser.new do |parser|
        parser.banner = banner
        installing(parser)
        modes(parser)
        engine(parser)
      end
    end

    private

    def banner
      <<-TEXT.gsub(/^ {8}/, '')
        Usage: nise-bosh [OPTION]... RELEASE MANIFEST JOB          install a job of the manifest with its packages
               nise-bosh [OPTION]... -p RELEASE PACKAGE...         compile packages
               nise-bosh [OPTION]... -a RELEASE [MANIFEST] JOB [OUT]
                                                            cut out the part of the release that a job needs
               nise-bosh [OPTION]... -w RELEASE                    show which release file is used
               nise-bosh [-d DIR] --pack NAME [FINGERPRINT] OUT    archive a compiled package
               nise-bosh [-d DIR] --unpack NAME FINGERPRINT FILE   put such an archive in place
        RELEASE is a release repository, a release tarball, a folder with one unpacked, or what -a wrote.
        JOB is a job of the manifest; without `jobs` in the manifest, and with -a without MANIFEST, one of the release.
      TEXT
    end

    def installing(parser)
      parser.on('-y', 'Assume yes') { @values[:yes] = true }
      parser.on('-f', '--force', 'Compile packages again') { @values[:force] = true }
      parser.on('-n', '--network IP', 'Address of this node') { |ip| @values[:address] = ip }
      parser.on('-i', '--index INDEX', /\A\d+\z/, 'spec.index (0)') { |index| @values[:index] = index.to_i }
      parser.on('-d', '--install-dir DIR', 'Install folder (/var/vcap)') { |folder| @values[:root] = folder }
      parser.on('--working-dir DIR', 'Where sources are unpacked') { |folder| @values[:working_folder] = folder }
      parser.on('-r', '--release-file FILE', 'Use this release file') { |file| @values[:release_file] = file }
      parser.on('--no-dependency', 'Only the packages named') { @values[:dependencies] = false }
      parser.on('--keep-monit-files', "Keep other instances' entries") { @values[:keep_monit_files] = true }
    end

    def modes(parser)
      parser.on('-t', '--templates-only', 'No packages, only templates and monit') { @values[:templates_only] = true }
      parser.on('--out DIR', 'With -t: render into DIR, install nothing') { |folder| @values[:out] = folder }
      parser.on('-p', '--packages', 'See above') { @values[:mode] = :packages }
      parser.on('-a', '--archive', 'See above') { @values[:mode] = :archive }
      parser.on('-w', '--show-release-file', 'See above') { @values[:mode] = :release_file }
      parser.on('-m', '--version-only', 'With -w: only its version') { @values[:version_only] = true }
      parser.on('--pack', 'See above') { @values[:mode] = :pack }
      parser.on('--unpack', 'See above') { @values[:mode] = :unpack }
    end

    def engine(parser)
      parser.on('--instance NAME', /\A[\w-]+_\d+\z/, 'Instance as COMPONENT_NUMBER; others are left alone') do |name|
        @values[:instance] = name
      end
      parser.on('--inputs FILE', 'What the files are made from, kept in the marker') { |file| @values[:inputs] = file }
      parser.on('--idle JOB', 'Install its files without monit entry; may be repeated') { |job| @values[:idle] << job }
      parser.on('--hold', 'Hold monit entries back in bosh/instances/NAME/monit') { @values[:hold] = true }
      parser.on('--keep-links', 'With -p: running jobs keep the versions they have') { @values[:keep_links] = true }
      parser.on('--spec FILE', 'YAML or JSON merged over spec') { |file| @values[:spec_file] = file }
      parser.on('--events', 'JSON lines on standard output') { @values[:events] = true }
    end
  end
end
