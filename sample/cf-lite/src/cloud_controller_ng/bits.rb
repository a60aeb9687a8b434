require 'digest'
require 'fileutils'

# What applications consist of: files, kept by their digest. Two ways to keep them, one interface:
# `Files` talks to nfs_server's own file service, `Local` uses a folder, for instance one that is mounted over NFS.
module Bits
  class Missing < StandardError; end

  # `settings`: provider, address and folder.
  def self.open(settings)
    case settings['provider']
    when 'Files' then Files.new(settings['address'], settings['folder'])
    when 'Local' then Local.new(File.join(settings['local_root'], settings['folder']))
    else raise "no such provider: #{settings['provider']}"
    end
  end

  class Files
    PORT = 2049

    def initialize(address, folder)
      @root = "http://#{address}:#{PORT}/files/#{folder}"
    end

    def write(content)
      sha1 = Digest::SHA1.hexdigest(content)
      answer = CfLite::HttpClient.request(:put, "#{@root}/#{sha1}", body: content)
      raise "the file server answered #{answer.code}" unless answer.is_a?(Net::HTTPSuccess)

      sha1
    end

    def read(sha1)
      answer = CfLite::HttpClient.request(:get, "#{@root}/#{sha1}")
      raise Missing, sha1 unless answer.is_a?(Net::HTTPSuccess)

      answer.body
    end
  end

  class Local
    def initialize(folder)
      @folder = folder
    end

    def write(content)
      sha1 = Digest::SHA1.hexdigest(content)
      FileUtils.mkdir_p(@folder)
      temporary = File.join(@folder, ".#{sha1}.#{Process.pid}")
      File.binwrite(temporary, content)
      File.rename(temporary, File.join(@folder, sha1))
      sha1
    end

    def read(sha1)
      File.binread(File.join(@folder, sha1))
    rescue Errno::ENOENT
      raise Missing, sha1
    end
  end
end
