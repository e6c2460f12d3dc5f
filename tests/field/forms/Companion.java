import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.util.HashSet;
import java.util.Set;
import org.javarosa.core.model.Constants;
import org.javarosa.core.model.FormDef;
import org.javarosa.core.model.FormIndex;
import org.javarosa.core.model.SelectChoice;
import org.javarosa.core.model.data.AnswerDataFactory;
import org.javarosa.core.model.data.IAnswerData;
import org.javarosa.core.model.data.SelectOneData;
import org.javarosa.core.model.data.UncastData;
import org.javarosa.core.model.instance.InstanceInitializationFactory;
import org.javarosa.core.model.instance.TreeElement;
import org.javarosa.core.reference.PrefixedRootFactory;
import org.javarosa.core.reference.Reference;
import org.javarosa.core.reference.ReferenceManager;
import org.javarosa.form.api.FormEntryController;
import org.javarosa.form.api.FormEntryModel;
import org.javarosa.form.api.FormEntryPrompt;
import org.javarosa.xform.util.XFormUtils;

/**
 * Fills in forms with JavaRosa, the engine of ODK Collect, as it stands in the jar of ODK Validate: a companion who
 * answers what is asked and writes down what the form refuses.
 *
 * <p>java -cp ODK_Validate.jar Companion.java FOLDER: FOLDER has the forms (`<form>.xml`) and the lists that come with
 * them. Each line of the input is `{"form": ..., "answers": {question: text}, "members": [{question: text}]}`, each
 * line of the output `{"refused": [[question, reason]], "unasked": [question], "values": {question: text}}` with the
 * reasons `required`, `constraint`, `choice` and `type`.
 */
public class Companion {
    private static final ObjectMapper JSON = new ObjectMapper();

    public static void main(String[] arguments) throws Exception {
        File folder = new File(arguments[0]);
        new org.javarosa.model.xform.XFormsModule().registerModule();
        ReferenceManager.instance().addReferenceFactory(new Beside(folder));
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            System.out.println("=" + JSON.writeValueAsString(filled(folder, JSON.readTree(line))));
        }
    }

    private static ObjectNode filled(File folder, JsonNode task) throws Exception {
        FormDef form;
        try (InputStream xml = new FileInputStream(new File(folder, task.get("form").asText() + ".xml"))) {
            form = XFormUtils.getFormFromInputStream(xml);
        }
        form.initialize(true, new InstanceInitializationFactory());
        FormEntryController controller = new FormEntryController(new FormEntryModel(form));
        JsonNode members = task.path("members");
        ArrayNode refused = JSON.createArrayNode();
        Set<String> unasked = new HashSet<>();
        task.get("answers").fieldNames().forEachRemaining(unasked::add);
        for (int i = 0; i < members.size(); i++) {
            int number = i;
            members.get(i).fieldNames().forEachRemaining(name -> unasked.add(number + "/" + name));
        }
        int member = -1;
        int event = controller.stepToNextEvent();
        while (event != FormEntryController.EVENT_END_OF_FORM) {
            if (event == FormEntryController.EVENT_REPEAT) {
                member++;
            } else if (event == FormEntryController.EVENT_PROMPT_NEW_REPEAT && member + 1 < members.size()) {
                controller.newRepeat();
                member++;
            } else if (event == FormEntryController.EVENT_QUESTION) {
                FormIndex index = controller.getModel().getFormIndex();
                boolean within = index.getReference().size() > 2;
                String name = index.getReference().getNameLast();
                JsonNode from = within ? members.path(member) : task.get("answers");
                unasked.remove(within ? member + "/" + name : name);
                String reason = answered(controller, index, from.path(name).asText(null));
                if (reason != null) {
                    refused.add(JSON.createArrayNode().add(name).add(reason));
                }
            }
            event = controller.stepToNextEvent();
        }
        ObjectNode values = JSON.createObjectNode();
        TreeElement root = form.getMainInstance().getRoot();
        for (int i = 0; i < root.getNumChildren(); i++) {
            TreeElement child = root.getChildAt(i);
            if (child.isRelevant() && child.getValue() != null) {
                values.put(child.getName(), child.getValue().uncast().getString());
            }
        }
        ArrayNode left = JSON.createArrayNode();
        unasked.stream().sorted().forEach(left::add);
        ObjectNode result = JSON.createObjectNode();
        result.set("refused", refused);
        result.set("unasked", left);
        result.set("values", values);
        return result;
    }

    /** Why the form does not take the answer; null if it does. */
    private static String answered(FormEntryController controller, FormIndex index, String text) {
        FormEntryPrompt prompt = controller.getModel().getQuestionPrompt(index);
        if (prompt.isReadOnly()) {
            return null;
        }
        IAnswerData data = text == null ? prompt.getAnswerValue() : null;  // a default may stand there
        if (text != null && prompt.getControlType() == Constants.CONTROL_SELECT_ONE) {
            for (SelectChoice choice : prompt.getSelectChoices()) {
                if (choice.getValue().equals(text)) {
                    data = new SelectOneData(choice.selection());
                }
            }
            if (data == null) {
                return "choice";
            }
        } else if (text != null) {
            try {
                data = AnswerDataFactory.templateByDataType(prompt.getDataType()).cast(new UncastData(text));
            } catch (RuntimeException failed) {
                return "type";
            }
        }
        switch (controller.answerQuestion(index, data, true)) {
            case FormEntryController.ANSWER_OK:
                return null;
            case FormEntryController.ANSWER_REQUIRED_BUT_EMPTY:
                return "required";
            default:
                return "constraint";
        }
    }

    /** The files of a folder, for the lists that a form reads. */
    private static class Beside extends PrefixedRootFactory {
        private final File folder;

        Beside(File folder) {
            super(new String[] {"file-csv", "file", "instance"});
            this.folder = folder;
        }

        @Override
        protected Reference factory(String terminal, String uri) {
            File file = new File(folder, terminal);
            return new Reference() {
                @Override public boolean doesBinaryExist() { return file.exists(); }
                @Override public InputStream getStream() throws IOException { return new FileInputStream(file); }
                @Override public String getURI() { return uri; }
                @Override public String getLocalURI() { return file.getAbsolutePath(); }
                @Override public boolean isReadOnly() { return true; }
                @Override public OutputStream getOutputStream() { throw new UnsupportedOperationException(); }
                @Override public void remove() { throw new UnsupportedOperationException(); }
                @Override public Reference[] probeAlternativeReferences() { return new Reference[0]; }
            };
        }
    }
}
