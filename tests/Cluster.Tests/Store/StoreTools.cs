using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Scalelab.Cluster.Store;

namespace Scalelab.Cluster.Tests.Store;

/// <summary>Small objects for tests of the store: <c>{"r":"REVISION","v":"TEXT"}</c>.</summary>
internal static class StoreTools
{
    public static ObjectStore Memory(int eventCapacity = 8192) => ObjectStore.Open(new StoreOptions { EventCapacity = eventCapacity }, NullLogger.Instance);

    public static ObjectStore Open(string folder, long snapshotAfterBytes = 16 * 1024 * 1024) =>
        ObjectStore.Open(new StoreOptions { Folder = folder, SnapshotAfterBytes = snapshotAfterBytes }, NullLogger.Instance);

    public static ResourceKey Key(string name, string namespaceName = "default", string resource = "configmaps") => new(resource, namespaceName, name);

    public static Task<StoredObject> Create(this ObjectStore store, ResourceKey key, string text) => store.CreateAsync(key, Content(text));

    public static Task<StoredObject> Update(this ObjectStore store, ResourceKey key, long revision, string text) => store.UpdateAsync(key, revision, Content(text));

    public static string Text(this StoredObject item) => Encoding.UTF8.GetString(item.Json.Span);

    /// <summary>Everything in a state, by key, as text.</summary>
    public static Dictionary<ResourceKey, string> Contents(this StoreState state) => state.All().ToDictionary(item => item.Key, item => item.Text());

    private static StoredContent Content(string text) => new("{\"r\":\""u8, Encoding.UTF8.GetBytes($"\",\"v\":\"{text}\"}}"));
}
