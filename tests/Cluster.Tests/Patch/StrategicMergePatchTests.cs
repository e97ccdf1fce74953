using k8s.Models;
using Scalelab.Cluster.Api;
using Scalelab.Cluster.Api.Patch;
using Scalelab.Cluster.Api.Schema;

namespace Scalelab.Cluster.Tests.Patch;

public sealed class StrategicMergePatchTests
{
    private const string Pod = """{"spec":{"containers":[{"name":"a","image":"x:1","env":[{"name":"A","value":"1"},{"name":"B","value":"2"}],"ports":[{"containerPort":80}]},{"name":"b","image":"y"}],"tolerations":[{"key":"k"}],"volumes":[{"name":"v","emptyDir":{}}]},"metadata":{"finalizers":["f/a","f/b"],"labels":{"l":"1"}}}""";

    [Theory]
    [InlineData("an element is found by its merge key", """{"spec":{"containers":[{"name":"b","image":"y:2"}]}}""", "/spec/containers/1", """{"name":"b","image":"y:2"}""")]
    [InlineData("a new element comes first", """{"spec":{"containers":[{"name":"c","image":"z"}]}}""", "/spec/containers/0", """{"name":"c","image":"z"}""")]
    [InlineData("lists within elements merge too", """{"spec":{"containers":[{"name":"a","env":[{"name":"B","value":"3"},{"name":"C","value":"4"}]}]}}""", "/spec/containers/0/env", """[{"name":"A","value":"1"},{"name":"B","value":"3"},{"name":"C","value":"4"}]""")]
    [InlineData("an element is deleted", """{"spec":{"containers":[{"name":"a","$patch":"delete"}]}}""", "/spec/containers", """[{"name":"b","image":"y"}]""")]
    [InlineData("deleting what is not there does nothing", """{"spec":{"volumes":[{"name":"none","$patch":"delete"}]}}""", "/spec/volumes", """[{"name":"v","emptyDir":{}}]""")]
    [InlineData("a list is replaced on demand", """{"spec":{"containers":[{"name":"a","env":[{"$patch":"replace"},{"name":"Z","value":"0"}]}]}}""", "/spec/containers/0/env", """[{"name":"Z","value":"0"}]""")]
    [InlineData("a list without merge key is replaced", """{"spec":{"tolerations":[{"key":"z"}]}}""", "/spec/tolerations", """[{"key":"z"}]""")]
    [InlineData("other keys are dropped", """{"spec":{"volumes":[{"name":"v","$retainKeys":["name","configMap"],"configMap":{"name":"cm"}}]}}""", "/spec/volumes", """[{"name":"v","configMap":{"name":"cm"}}]""")]
    [InlineData("the order is set", """{"spec":{"$setElementOrder/containers":[{"name":"b"},{"name":"a"}],"containers":[{"name":"b","image":"y:3"}]}}""", "/spec/containers/0", """{"name":"b","image":"y:3"}""")]
    [InlineData("scalars merge by value", """{"metadata":{"finalizers":["f/c"]}}""", "/metadata/finalizers", """["f/c","f/a","f/b"]""")]
    [InlineData("scalars are deleted", """{"metadata":{"$deleteFromPrimitiveList/finalizers":["f/a"]}}""", "/metadata/finalizers", """["f/b"]""")]
    [InlineData("a map is emptied", """{"metadata":{"labels":{"$patch":"delete"}}}""", "/metadata/labels", "{}")]
    [InlineData("a map is replaced", """{"metadata":{"labels":{"$patch":"replace","only":"2"}}}""", "/metadata/labels", """{"only":"2"}""")]
    [InlineData("a directive without anything to act on adds nothing", """{"metadata":{"annotations":{"$patch":"replace","only":"2"}}}""", "/metadata/annotations", "null")]
    [InlineData("null removes", """{"metadata":{"labels":null}}""", "/metadata/labels", "null")]
    [InlineData("directives do not reach the object", """{"spec":{"$setElementOrder/initContainers":[{"name":"i"}],"initContainers":[{"name":"i","$setElementOrder/env":[]}]}}""", "/spec/initContainers", """[{"name":"i"}]""")]
    public void Apply_ToPod_MergesByItsSchema(string rule, string patch, string where, string expected)
    {
        var patched = StrategicMergePatch.Apply(Json.Object(Pod), Json.Object(patch), ModelSchemas.Of<V1Pod>());
        Json.Equal(System.Text.Json.Nodes.JsonNode.Parse(expected), Recordings.At(patched, where), rule);
    }

    [Theory]
    [InlineData("""{"spec":{"containers":[{"image":"q"}]}}""", "map: map[image:q] does not contain declared merge key: name")]
    [InlineData("""{"spec":{"containers":[{"name":"a","$patch":"frob"}]}}""", "unknown patch type: frob in map: map[$patch:frob name:a]")]
    [InlineData("""{"spec":{"containers":[{"name":"a","$patch":"merge"}]}}""", "merging lists cannot yet be specified in the patch")]
    [InlineData("""{"spec":{"$patch":"merge"}}""", "unknown patch type: merge in map: map[$patch:merge]")]
    [InlineData("""{"metadata":{"finalizers":[null]}}""", "list element types are not identical: [[f/a f/b] [<nil>]]")]
    [InlineData("""{"spec":{"$setElementOrder/containers":"b"}}""", "expected a []interface {}, but received a string")]
    [InlineData("""{"spec":{"$setElementOrder/zork":[]}}""", "unable to find api field in struct PodSpec for the json field \"zork\"")]
    [InlineData("""{"spec":{"$setElementOrder/containers":[{"name":"b"}],"containers":[{"name":"a"}]}}""", "The order in patch list:\n[map[name:a]]\n doesn't match $setElementOrder list:\n[map[name:b]]\n")]
    public void Apply_OfBadElement_IsTheServersError(string patch, string message)
    {
        var error = Assert.Throws<ApiException>(() => StrategicMergePatch.Apply(Json.Object(Pod), Json.Object(patch), ModelSchemas.Of<V1Pod>()));
        Assert.Equal((500, message), (error.Code, error.Message));
    }

    [Theory]
    [InlineData("""{"spec":{"$retainKeys":"x"}}""")]
    [InlineData("""{"spec":{"$retainKeys":["containers"],"dnsPolicy":"Default"}}""")]
    public void Apply_OfKeysThatAreSetButNotRetained_IsTheClientsError(string patch)
    {
        var error = Assert.Throws<ApiException>(() => StrategicMergePatch.Apply(Json.Object(Pod), Json.Object(patch), ModelSchemas.Of<V1Pod>()));
        Assert.Equal((400, "invalid patch format of retainKeys"), (error.Code, error.Message));
    }

    [Fact]
    public void Apply_OfNullsWhereNothingWas_AddsNoneOfThem()
    {
        var patched = StrategicMergePatch.Apply(Json.Object(Pod), Json.Object("""{"metadata":{"annotations":{"a":null,"b":"1"}}}"""), ModelSchemas.Of<V1Pod>());
        Assert.Equal("""{"b":"1"}""", patched["metadata"]!["annotations"]!.ToJsonString());
    }

    [Fact]
    public void Decode_OfPatchWithMapForList_NamesBoth()
    {
        var patched = StrategicMergePatch.Apply(Json.Object(Pod), Json.Object("""{"spec":{"containers":{"name":"a"}}}"""), ModelSchemas.Of<V1Pod>());
        var error = Assert.Throws<DecodeException>(() => ObjectDecoder.Decode(patched, ModelSchemas.Of<V1Pod>()));
        Assert.Equal("cannot restore slice from map", error.ConversionMessage);
    }
}
