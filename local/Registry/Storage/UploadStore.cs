using System.Collections.Concurrent;
using Scalelab.Registry.Content;
using Scalelab.Registry.Http;

namespace Scalelab.Registry.Storage;

/// <summary>The uploads in progress. They do not outlive the server: a client whose upload is gone starts again.</summary>
internal sealed class UploadStore : IDisposable
{
    private static readonly TimeSpan LeaseTimeout = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, UploadSession> _sessions = new();
    private readonly string _folder;
    private readonly RegistryOptions _options;
    private readonly TimeProvider _time;
    private readonly ITimer _sweeper;

    public UploadStore(string folder, RegistryOptions options, TimeProvider time)
    {
        _folder = folder;
        _options = options;
        _time = time;
        _sweeper = time.CreateTimer(static state => ((UploadStore)state!).RemoveExpired(), this, options.UploadTimeout / 4, options.UploadTimeout / 4);
    }

    /// <summary>Starts an upload.</summary>
    /// <exception cref="RegistryException">TOOMANYREQUESTS when too many are open.</exception>
    public UploadSession Create(RepositoryName repository)
    {
        if (_sessions.Count >= _options.MaxUploads)
        {
            throw new RegistryException(ErrorCode.TooManyRequests, $"{_options.MaxUploads} uploads are open; finish or cancel one first");
        }

        var id = Guid.NewGuid().ToString();
        var session = new UploadSession(id, repository, Path.Combine(_folder, id), _time.GetUtcNow());
        _sessions[id] = session;
        return session;
    }

    /// <summary>Gives the caller the upload for itself until the lease is disposed. A second request for the same upload waits a little: a
    /// client that lost its connection comes back before the server has noticed.</summary>
    /// <exception cref="RegistryException">BLOB_UPLOAD_UNKNOWN or BLOB_UPLOAD_INVALID.</exception>
    public async Task<Lease> LeaseAsync(RepositoryName repository, string id, CancellationToken cancellationToken)
    {
        if (!_sessions.TryGetValue(id, out var session) || session.Repository != repository)
        {
            throw Unknown(id);
        }

        if (!await session.Gate.WaitAsync(LeaseTimeout, cancellationToken).ConfigureAwait(false))
        {
            throw new RegistryException(ErrorCode.BlobUploadInvalid, $"another request is still sending data to upload {id}");
        }

        if (session.IsClosed)
        {
            session.Gate.Release();
            throw Unknown(id);
        }

        return new Lease(this, session);
    }

    public void Remove(UploadSession session)
    {
        if (_sessions.TryRemove(session.Id, out _))
        {
            session.Dispose();
        }
    }

    public void Dispose()
    {
        _sweeper.Dispose();
        foreach (var session in _sessions.Values)
        {
            Remove(session);
        }
    }

    private static RegistryException Unknown(string id) => new(ErrorCode.BlobUploadUnknown, $"upload {id} is unknown: finished, cancelled, expired, or of another repository");

    private void RemoveExpired()
    {
        var limit = _time.GetUtcNow() - _options.UploadTimeout;
        foreach (var session in _sessions.Values)
        {
            if (session.LastUsed <= limit && session.Gate.Wait(0))
            {
                Remove(session);
                session.Gate.Release();
            }
        }
    }

    /// <summary>The exclusive use of an upload.</summary>
    internal sealed class Lease(UploadStore store, UploadSession session) : IDisposable
    {
        public UploadSession Session { get; } = session;

        public void Dispose()
        {
            Session.LastUsed = store._time.GetUtcNow();
            Session.Gate.Release();
        }
    }
}
