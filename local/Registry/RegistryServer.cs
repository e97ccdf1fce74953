using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Scalelab.Registry.Http;
using Scalelab.Registry.Storage;

namespace Scalelab.Registry;

/// <summary>An OCI registry on loopback: the distribution API over plain HTTP/1.1, with content kept by digest in a folder. It serves one image of
/// its own, <c>scalelab/empty:latest</c>, an empty base for images that are built without any other registry.</summary>
public sealed class RegistryServer(RegistryOptions options, TimeProvider time, ILoggerFactory loggers) : IAsyncDisposable
{
    private WebApplication? _application;
    private UploadStore? _uploads;

    /// <summary>The address that the server listens on, with the real port when port 0 was asked for.</summary>
    /// <exception cref="InvalidOperationException">The server is not started.</exception>
    public IPEndPoint Endpoint { get; private set => field = value; } = options.Endpoint;

    /// <summary>Opens the folder and starts listening.</summary>
    /// <exception cref="ArgumentException">The endpoint is not a loopback address.</exception>
    /// <exception cref="RegistryPortInUseException">Another process has the port.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        if (!IPAddress.IsLoopback(options.Endpoint.Address))
        {
            throw new ArgumentException($"The registry has no accounts and listens on loopback only, not on {options.Endpoint.Address}.");
        }

        var temporary = Path.Combine(options.Folder, "uploads");
        if (Directory.Exists(temporary))
        {
            Directory.Delete(temporary, recursive: true);
        }

        Directory.CreateDirectory(temporary);
        var files = new AtomicFile(temporary);
        var blobs = new BlobStore(options.Folder, files);
        var repositories = new RepositoryStore(options.Folder, blobs, files);
        var wanted = repositories.References().ToHashSet();
        blobs.Sweep(wanted.Contains);
        await EmptyBaseImage.WriteAsync(blobs, repositories, cancellationToken).ConfigureAwait(false);

        _uploads = new UploadStore(temporary, options, time);
        var handler = new RegistryHandler(
            new BlobEndpoints(repositories, blobs),
            new UploadEndpoints(repositories, blobs, _uploads),
            new ManifestEndpoints(repositories, options),
            new ListEndpoints(repositories),
            loggers.CreateLogger<RegistryHandler>());
        await ListenAsync(handler, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stops listening, waits briefly for running requests, and drops unfinished uploads.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_application is not null)
        {
            await _application.DisposeAsync().ConfigureAwait(false);
        }

        _uploads?.Dispose();
    }

    private async Task ListenAsync(RegistryHandler handler, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers);
        builder.WebHost.UseKestrelCore();
        builder.WebHost.UseShutdownTimeout(TimeSpan.FromSeconds(5));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(options.Endpoint, listen => listen.Protocols = HttpProtocols.Http1);
        });

        _application = builder.Build();
        _application.Run(handler.HandleAsync);
        try
        {
            await _application.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            throw new RegistryPortInUseException(options.Endpoint, e);
        }

        Endpoint = new IPEndPoint(options.Endpoint.Address, new Uri(_application.Urls.First()).Port);
    }
}
